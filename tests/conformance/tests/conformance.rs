//! Runs the conformance cases on the machines that the build script compiled.

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

#[test]
fn cases_agree_with_the_recordings() {
    if let Err(problems) = conformance::run(&TABLES) {
        panic!("{problems}");
    }
}

#[test]
fn machines_end_whatever_their_tasks_do() {
    if let Err(problems) = conformance::try_out(&TABLES) {
        panic!("{problems}");
    }
}

#[test]
fn durable_executions_agree_with_the_recordings() {
    if let Err(problems) = conformance::run_durably(&TABLES, false) {
        panic!("{problems}");
    }
}

#[test]
fn durable_executions_agree_when_the_engine_comes_and_goes() {
    if let Err(problems) = conformance::run_durably(&TABLES, true) {
        panic!("{problems}");
    }
}
