//! Executions that tasks start of other machines, on tokio's paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_runtime::machine::{Outcome, Pattern, Program, Resource, ResourceKind, StateInfo, StateKind};
use asl_runtime::{Machine, TaskError, Value, json};
use tokio::time::sleep;

use super::{Tasks, each, failed, machine, run, service, task};

pub(super) const ARN: &str = "arn:aws:states:eu-central-1:111111111111:stateMachine:child";

macro_rules! parent {
    ($name:ident, $service:literal, $action:literal, $pattern:ident) => {
        pub(super) static $name: Program = Program::new(
            "parent",
            &[StateInfo::new(
                "Nest",
                service($service, $action, Pattern::$pattern),
                task,
            )],
            0,
            0,
        );
    };
}

parent!(START, "states", "startExecution", RequestResponse);
parent!(SYNC, "states", "startExecution.sync", Sync);
parent!(SYNC_2, "states", "startExecution.sync:2", Sync);
parent!(CALLBACK, "states", "startExecution.waitForTaskToken", Callback);
parent!(START_SYNC, "aws-sdk:sfn", "startSyncExecution", RequestResponse);

pub(super) static CHILD: Program = Program::new(
    "child",
    &[StateInfo::new(
        "Work",
        StateKind::Task(Resource::new("work", ResourceKind::Function)),
        task,
    )],
    0,
    0,
);

/// Counts a call until it is over, and waits as long as its input says.
fn child(calls: &Arc<AtomicUsize>) -> Machine<Tasks> {
    struct Running(Arc<AtomicUsize>);
    impl Drop for Running {
        fn drop(&mut self) {
            self.0.fetch_add(1000, Ordering::SeqCst);
        }
    }
    let calls = Arc::clone(calls);
    machine(&CHILD, move |input, _| {
        calls.fetch_add(1, Ordering::SeqCst);
        let running = Running(Arc::clone(&calls));
        async move {
            let _running = running;
            let seconds = input.get("seconds").and_then(Value::as_i64).unwrap_or(0);
            sleep(Duration::from_secs(u64::try_from(seconds).unwrap_or(0))).await;
            match input.get("fail").and_then(Value::as_str) {
                Some("panic") => panic!("oh dear"),
                Some(error) => Err(TaskError::new(error, "as told")),
                None => Ok(input),
            }
        }
    })
}

pub(super) fn parent(program: &'static Program, calls: &Arc<AtomicUsize>) -> Machine<Tasks> {
    let own = |_, _| async { Ok(json!("the function was called")) };
    machine(program, own).with_machine("child", child(calls))
}

async fn nest(program: &'static Program, input: Value) -> (Outcome, Vec<String>, u64) {
    let parameters = json!({ "StateMachineArn": ARN, "Name": "n", "Input": input });
    run(&parent(program, &Arc::default()), parameters).await
}

fn output(outcome: Outcome) -> Value {
    outcome.into_result().expect("it succeeds")
}

#[tokio::test(start_paused = true)]
async fn a_task_waits_for_an_execution() {
    let (outcome, events, seconds) = nest(&SYNC_2, json!({ "seconds": 4 })).await;
    assert_eq!(seconds, 4);
    assert_eq!(
        events,
        ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    );
    let result = output(outcome);
    assert_eq!(result.get("Output"), Some(&json!({ "seconds": 4 })));
    assert_eq!(result.get("Name"), Some(&json!("n")));
    assert_eq!(
        result.get("ExecutionArn"),
        Some(&json!("arn:aws:states:local:000000000000:execution:child:n"))
    );
    assert_eq!(result.get("Status"), Some(&json!("SUCCEEDED")));
    let date = |name: &str| result.get(name).and_then(Value::as_i64).expect("a date");
    assert_eq!(date("StopDate") - date("StartDate"), 4000);

    let (outcome, ..) = nest(&SYNC, json!({ "a": 1 })).await;
    assert_eq!(output(outcome).get("Output"), Some(&json!(r#"{"a":1}"#)));
}

#[tokio::test(start_paused = true)]
async fn a_failed_execution_fails_the_task() {
    for (input, part) in [
        (
            json!({ "fail": "Bad" }),
            r#""Cause":"as told","Error":"Bad","ExecutionArn":"#,
        ),
        (json!({ "fail": "panic" }), r#""Error":"Lambda.Unknown","#),
        (
            json!({ "seconds": 9, "timeout": 1 }),
            r#"{"Error":"States.Timeout","#,
        ),
        (json!({ "seconds": 1000 }), r#""Status":"TIMED_OUT","#),
    ] {
        let parameters = json!({ "StateMachineArn": ARN, "Input": input });
        let parent = parent(&SYNC, &Arc::default()).with_timeout(None);
        let (outcome, events, _) = run(&parent, parameters).await;
        let Outcome::Failed { error, cause } = outcome else {
            panic!("it must fail: {outcome:?}");
        };
        assert_eq!(error.as_deref(), Some("States.TaskFailed"));
        let cause = cause.expect("a description");
        assert!(cause.contains(part), "{cause}");
        assert_eq!(
            events,
            ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_times_out_stops_its_execution() {
    let calls = Arc::default();
    let parameters = json!({ "StateMachineArn": ARN, "Input": { "seconds": 50 }, "timeout": 3 });
    let (outcome, events, seconds) = run(&parent(&SYNC, &calls), parameters).await;
    assert_eq!((outcome, seconds), (failed("States.Timeout", None), 3));
    assert_eq!(events.last().map(String::as_str), Some("TaskTimedOut"));
    assert_eq!(calls.load(Ordering::SeqCst), 1001);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_parent_stops_the_execution_that_it_waits_for() {
    let calls = Arc::default();
    let parent = parent(&SYNC, &calls);
    let parameters = json!({ "StateMachineArn": ARN, "Input": { "seconds": 50 } });
    let execution = parent.execution().outcome(parameters);
    assert!(
        tokio::time::timeout(Duration::from_secs(1), execution)
            .await
            .is_err()
    );
    assert_eq!(calls.load(Ordering::SeqCst), 1001);
}

#[tokio::test(start_paused = true)]
async fn the_name_of_an_execution_under_way_is_taken() {
    static PAIR: Program = Program::new(
        "pair",
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
    let nest = |name: &str| json!({ "StateMachineArn": ARN, "Name": name, "Input": { "seconds": 1 } });
    let parent = parent(&PAIR, &Arc::default());
    let two: Vec<Value> = parent.run(&[nest("a"), nest("b")]).await.expect("they differ");
    assert_eq!(two.len(), 2);
    let same = parent.run::<_, Value>(&[nest("a"), nest("a")]).await;
    let error = same.expect_err("they are the same");
    assert_eq!(
        error.error(),
        Some("StepFunctions.ExecutionAlreadyExistsException")
    );
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_nobody_waits_for_goes_on_alone() {
    let calls = Arc::default();
    let parameters = json!({ "StateMachineArn": ARN, "Input": { "seconds": 50 } });
    let (outcome, events, seconds) = run(&parent(&START, &calls), parameters).await;
    assert_eq!((events.len(), seconds), (3, 0));
    let result = output(outcome);
    assert!(
        result
            .get("ExecutionArn")
            .is_some_and(|arn| arn.as_str().is_some())
    );
    assert!(result.get("StartDate").is_some());
    sleep(Duration::from_secs(1)).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    sleep(Duration::from_secs(50)).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1001);
}

#[tokio::test(start_paused = true)]
async fn an_express_execution_tells_of_its_failure_in_its_result() {
    let (outcome, events, _) = nest(&START_SYNC, json!({ "fail": "Bad" })).await;
    assert_eq!(events, ["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
    let result = output(outcome);
    assert_eq!(result.get("Error"), Some(&json!("Bad")));
    assert_eq!(result.get("Status"), Some(&json!("FAILED")));
    assert!(
        result
            .get("StartDate")
            .is_some_and(|date| date.as_str().is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn an_execution_may_be_answered_for_by_token() {
    let parameters = json!({ "StateMachineArn": ARN, "timeout": 5 });
    let (outcome, events, seconds) = run(&parent(&CALLBACK, &Arc::default()), parameters).await;
    assert_eq!((outcome, seconds), (failed("States.Timeout", None), 5));
    assert_eq!(
        events,
        ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskTimedOut"]
    );
}

#[tokio::test(start_paused = true)]
async fn other_machines_are_the_functions_business() {
    let parameters = json!({ "StateMachineArn": "arn:aws:states:x:y:stateMachine:other" });
    let (outcome, events, _) = run(&parent(&SYNC, &Arc::default()), parameters).await;
    assert_eq!(output(outcome), json!("the function was called"));
    assert_eq!(events.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_no_json_is_refused() {
    let (outcome, events, _) = nest(&START, json!("{")).await;
    let Outcome::Failed { error, .. } = outcome else {
        panic!("it must fail: {outcome:?}");
    };
    assert_eq!(
        error.as_deref(),
        Some("StepFunctions.InvalidExecutionInputException")
    );
    assert_eq!(events, ["TaskScheduled", "TaskStarted", "TaskFailed"]);
}
