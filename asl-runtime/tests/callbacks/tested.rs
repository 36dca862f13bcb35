//! Executions that tasks start of other machines, in tests with mocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_runtime::machine::{Outcome, Pattern, Program, StateInfo, StateKind};
use asl_runtime::testing::{Mock, NestedRun, Test, TestError, TestRun};
use asl_runtime::{Value, json};

use super::nested::{ARN, CALLBACK, CHILD, START, START_SYNC, SYNC, SYNC_2, parent};
use super::{each, service, task};

static EACH: Program = Program::new(
    "each",
    &[
        StateInfo::new("Each", StateKind::Map(1), each),
        StateInfo::new(
            "Nest",
            service("states", "startExecution.sync", Pattern::Sync),
            task,
        ),
    ],
    0,
    0,
);

fn after(seconds: u64, mock: Mock) -> Test {
    Test::new(&CHILD).mock("Work", [mock.after(Duration::from_secs(seconds))])
}

fn nest(program: &'static Program, child: Test, input: &Value) -> TestRun {
    let test = Test::new(program).with_machine("child", child);
    test.run(input).expect("all is mocked")
}

fn parameters(name: &str) -> Value {
    json!({ "StateMachineArn": ARN, "Name": name, "Input": { "a": 1 } })
}

fn only(run: &TestRun) -> &NestedRun {
    let [nested] = &run.nested[..] else {
        panic!("there is one: {:?}", run.nested);
    };
    nested
}

fn succeeded(value: Value) -> Option<Outcome> {
    Some(Outcome::Succeeded(value))
}

fn is_aborted(run: &NestedRun) -> bool {
    matches!(run.outcome, Some(Outcome::Aborted { .. }))
}

#[test]
fn a_task_waits_for_an_execution() {
    for (program, output) in [(&SYNC_2, json!("done")), (&SYNC, json!("\"done\""))] {
        let run = nest(program, after(4, Mock::output(json!("done"))), &parameters("n"));
        assert_eq!(
            run.output().and_then(|result| result.get("Output")),
            Some(&output)
        );
        assert_eq!(run.duration, Duration::from_secs(4));
        let nested = only(&run);
        assert_eq!((nested.machine, &*nested.name), ("child", "n"));
        assert_eq!(
            (&nested.input, nested.states()),
            (&json!({ "a": 1 }), vec!["Work"])
        );
        assert_eq!(nested.outcome, succeeded(json!("done")));
        let calls: Vec<_> = run.calls.iter().map(|call| (call.machine, call.state)).collect();
        assert_eq!(calls, [("child", "Work")]);
        let last = nested.history.last().expect("it has a history");
        assert_eq!(last.event_type.as_str(), "ExecutionSucceeded");
    }
    // Of an Express execution the caller gets how it ended, also if it failed.
    let run = nest(&START_SYNC, after(0, Mock::error("Odd", "so")), &parameters("n"));
    let result = run.output().expect("it succeeds");
    assert_eq!(
        (&result["Status"], &result["Error"]),
        (&json!("FAILED"), &json!("Odd"))
    );
}

#[test]
fn a_failure_is_told() {
    let run = nest(&SYNC_2, after(1, Mock::error("Odd", "so")), &parameters("n"));
    assert_eq!(run.error(), Some("States.TaskFailed"));
    let cause = Value::from_json(run.cause().expect("a cause")).expect("a description");
    assert_eq!((&cause["Error"], &cause["Cause"]), (&json!("Odd"), &json!("so")));
}

#[test]
fn what_nobody_waits_for_runs_on() {
    let run = nest(&START, after(100, Mock::output(json!(1))), &parameters("n"));
    assert!(
        run.output()
            .is_some_and(|output| output.get("ExecutionArn").is_some())
    );
    assert_eq!(run.duration, Duration::ZERO);
    assert_eq!(only(&run).outcome, succeeded(json!(1)));

    let input = json!({ "StateMachineArn": ARN, "Name": "n", "timeout": 5 });
    let run = nest(&CALLBACK, after(100, Mock::output(json!(1))), &input);
    assert_eq!((run.error(), run.duration.as_secs()), (Some("States.Timeout"), 5));
    assert_eq!(only(&run).outcome, succeeded(json!(1)));
}

#[test]
fn what_is_no_longer_waited_for_is_stopped() {
    let input = json!({ "StateMachineArn": ARN, "Name": "n", "timeout": 5 });
    let run = nest(&SYNC_2, after(100, Mock::output(json!(1))), &input);
    assert_eq!((run.error(), run.duration.as_secs()), (Some("States.Timeout"), 5));
    assert!(is_aborted(only(&run)));

    // One of the iterations fails, for its name is taken.
    let input = Value::from(vec![parameters("n"), parameters("m"), parameters("n")]);
    let child = Test::new(&CHILD).mock("Work", [Mock::echo()]);
    let run = nest(&EACH, child, &input);
    assert_eq!(run.error(), Some("StepFunctions.ExecutionAlreadyExistsException"));
    let names: Vec<_> = run.nested.iter().map(|nested| &*nested.name).collect();
    assert_eq!(names, ["n", "m"]);
    assert!(run.nested.iter().all(is_aborted), "{:?}", run.nested);
}

#[test]
fn executions_start_executions() {
    let inner = after(3, Mock::output(json!("inner")));
    let middle = Test::new(&SYNC_2).with_machine(ARN, inner);
    let input = json!({ "StateMachineArn": "parent", "Name": "outer", "Input": (parameters("n")) });
    let test = Test::new(&SYNC_2).with_machine("parent", middle);
    let run = test.run(&input).expect("all is mocked");
    assert_eq!(run.duration, Duration::from_secs(3));
    let names: Vec<_> = run
        .nested
        .iter()
        .map(|nested| (nested.machine, &*nested.name))
        .collect();
    assert_eq!(names, [("parent", "outer"), ("child", "n")]);
    let output = run.output().expect("it succeeds");
    assert_eq!(output["Output"]["Output"], json!("inner"));
}

#[test]
fn what_is_not_mocked_is_told_with_its_machine() {
    let run = |child: Test| {
        Test::new(&SYNC_2)
            .with_machine("child", child)
            .run(&parameters("n"))
    };
    let unmocked = run(Test::new(&CHILD));
    assert!(
        matches!(
            &unmocked,
            Err(TestError::NoMock {
                machine: "child",
                state: "Work",
                ..
            })
        ),
        "{unmocked:?}"
    );
    let unknown = run(Test::new(&CHILD).mock("Nest", [Mock::echo()]));
    assert!(
        matches!(&unknown, Err(TestError::NoState { machine: "child", state }) if state == "Nest"),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn real_tasks_of_other_machines_are_called_where_no_mock_is_left() {
    let calls = Arc::new(AtomicUsize::new(0));
    let machine = parent(&SYNC_2, &calls);
    let child = Test::new(&CHILD).mock("Work", [Mock::output(json!("mock")).when(json!({ "a": 1 }))]);
    let test = Test::new(&SYNC_2).with_machine("child", child);
    for (input, output, called) in [
        (json!({ "a": 1 }), json!("mock"), 0),
        (json!({ "a": 2 }), json!({ "a": 2 }), 1001),
    ] {
        let parameters = json!({ "StateMachineArn": ARN, "Input": (input) });
        let run = test
            .clone()
            .run_with(&machine, &parameters)
            .await
            .expect("it runs");
        assert_eq!(only(&run).outcome, succeeded(output));
        assert_eq!(calls.load(Ordering::SeqCst), called);
    }
    // A machine that the test does not have is not run.
    let run = Test::new(&SYNC_2)
        .run_with(&machine, &parameters("n"))
        .await
        .expect("it runs");
    assert_eq!(run.output(), Some(&json!("the function was called")));
    assert!(run.nested.is_empty());
}
