//! What is wrong with a definition, one file per family of rules: what the service would refuse, and what it would find
//! out later.

mod allowed;
mod choice;
mod document;
mod errors;
mod expressions;
mod fields;
mod maps;
mod names;
mod resources;
mod tasks;
mod templates;
mod transitions;
mod variables;

use crate::{
    compile::MachineKind,
    diagnostic::Problems,
    syntax::block::{Block, State},
};

pub use allowed::Allowed;

/// Looks for everything that is wrong with a definition, but for values that their fields cannot hold: these were
/// reported when they were read. [`Problems`] tells which of it the service would not refuse.
pub(crate) fn check(machine: &Block<'_>, kind: MachineKind, problems: &mut Problems) {
    document::check(machine.node, problems);
    fields::check(machine, problems);
    names::check(machine, problems);
    transitions::check(machine, problems);
    choice::check(machine, problems);
    templates::check(machine, problems);
    variables::check(machine, problems);
    errors::check(machine, problems);
    expressions::check(machine, problems);
    tasks::check(machine, problems);
    resources::check(machine, kind, problems);
    maps::check(machine, kind, problems);
}

/// Calls `visit` with all states and the kind of machine that each runs in. Children of a distributed Map have a kind of
/// their own.
fn each_state<'b, 'j>(
    scope: &'b Block<'j>,
    kind: MachineKind,
    visit: &mut impl FnMut(&'b State<'j>, MachineKind),
) {
    for state in scope.states() {
        visit(state, kind);
        for inner in state.scopes() {
            let config = inner.block("ProcessorConfig");
            let kind = match config.and_then(|config| config.text("ExecutionType")) {
                Some("EXPRESS") => MachineKind::Express,
                Some(_) => MachineKind::Standard,
                None => kind,
            };
            each_state(inner, kind, visit);
        }
    }
}

#[cfg(test)]
mod tests;
