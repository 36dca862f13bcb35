//! What the service accepts, but this compiler does not support yet.

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::{
        block::{Block, State},
        shape::Language,
    },
};

/// Reports the parts of the language that are not supported yet, each once.
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
    for state in states {
        if is_distributed(state) {
            let message = "distributed Map states are not supported yet";
            problems.push(Problem::new(Code::DistributedMapUnsupported, state.key, message));
        }
    }
}

/// Whether the state is a Map that runs its items as executions of their own.
pub(super) fn is_distributed(state: &State<'_>) -> bool {
    state.scopes().any(|scope| {
        scope
            .block("ProcessorConfig")
            .is_some_and(|config| config.text("Mode") == Some("DISTRIBUTED"))
    })
}
