//! What the service would refuse, one file per family of rules.

mod choice;
mod document;
mod errors;
mod fields;
mod maps;
mod names;
mod resources;
mod support;
mod tasks;
mod templates;
mod transitions;
mod variables;

use crate::{compile::MachineKind, diagnostic::Problems, syntax::block::Block};

pub(crate) use support::check_support;

/// Looks for everything that the service would refuse the definition for, but for values that their fields
/// cannot hold: these were reported when they were read.
pub(crate) fn check(machine: &Block<'_>, kind: MachineKind, problems: &mut Problems) {
    document::check(machine.node, problems);
    fields::check(machine, problems);
    names::check(machine, problems);
    transitions::check(machine, problems);
    choice::check(machine, problems);
    templates::check(machine, problems);
    variables::check(machine, problems);
    errors::check(machine, problems);
    tasks::check(machine, problems);
    resources::check(machine, kind, problems);
    maps::check(machine, kind, problems);
}

#[cfg(test)]
mod tests;
