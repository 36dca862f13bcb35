//! What the service accepts, but this compiler does not support yet.

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::{block::Block, shape::Language},
};

/// Reports the parts of the language that are not supported yet: JSONata, once.
pub(crate) fn check_support(machine: &Block<'_>, problems: &mut Problems) {
    let states = machine.all_states();
    let jsonata = if machine.language == Language::Jsonata {
        machine.member("QueryLanguage").map(|member| &member.value.range)
    } else {
        states
            .iter()
            .find(|state| state.block.language == Language::Jsonata)
            .map(|state| state.key)
    };
    if let Some(range) = jsonata {
        problems.push(Problem::new(
            Code::JsonataUnsupported,
            range,
            "JSONata is not supported yet",
        ));
    }
}
