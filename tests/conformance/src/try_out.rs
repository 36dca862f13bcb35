//! Runs every machine with made-up task results: whatever comes of it, it must come to an end.

use asl_runtime::json;
use asl_runtime::machine::Program;
use asl_runtime::testing::{Mock, Test, TestError};

use crate::guard::guarded;
use crate::tables::Tables;

/// Longer histories tell nothing new.
const HISTORY_LIMIT: u64 = 1_000;

/// Calls of one Task state that are answered.
const CALLS: usize = 200;

/// Runs all machines of the tables; the machines that panic or get stuck are the error.
pub fn try_out(tables: &'static Tables) -> Result<(), String> {
    let mut problems = Vec::new();
    for machine in tables.machines {
        if let Ok(program) = &machine.result {
            let program: &'static Program = program;
            if let Err(problem) = guarded(move || try_machine(program)) {
                problems.push(format!("{}: {problem}", machine.name));
            }
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

fn try_machine(program: &'static Program) -> Result<(), String> {
    let answers = [
        Mock::echo(),
        Mock::hang(),
        Mock::failure(Some("Made.Up".to_owned()), None),
        Mock::output(json!(null)),
        Mock::output(json!([1, "two", { "three": 3 }])),
        Mock::output(
            json!({ "Payload": { "status": "SUCCEEDED", "items": [{ "id": 1 }] }, "Status": "SUCCEEDED" }),
        ),
    ];
    let inputs = [
        json!({}),
        json!(["a", 1]),
        json!({ "id": "1", "items": [1, 2, 3], "detail": { "bucket": { "name": "b" }, "object": { "key": "k" } } }),
    ];
    for answer in &answers {
        for input in &inputs {
            let mut test = Test::new(program).history_limit(HISTORY_LIMIT);
            for state in program.states {
                if state.kind.is_task() {
                    test = test.mock(state.name, vec![answer.clone(); CALLS]);
                }
            }
            match test.run(input) {
                Ok(_) | Err(TestError::NoMock { .. }) => {}
                Err(error) => return Err(format!("with {answer:?} and the input {input}: {error}")),
            }
        }
    }
    Ok(())
}
