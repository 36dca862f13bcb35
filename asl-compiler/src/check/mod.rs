//! What the service would refuse, one file per family of rules.

mod fields;
mod support;
mod transitions;

use crate::{compile::MachineKind, diagnostic::Problems, syntax::block::Block};

pub(crate) use support::check_support;

/// Looks for everything that the service would refuse the definition for.
pub(crate) fn check(machine: &Block<'_>, _kind: MachineKind, problems: &mut Problems) {
    fields::check(machine, problems);
    transitions::check(machine, problems);
}
