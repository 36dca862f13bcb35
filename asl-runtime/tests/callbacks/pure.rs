//! The pure machine, fed by hand and by the test driver.

use asl_runtime::machine::{
    Awaited, Effect, Event, EventType, Execution, Outcome, Seed, Settings, StateInfo, TaskCall,
};
use asl_runtime::testing::{Mock, Test};
use asl_runtime::{Timestamp, Value, json};
use std::sync::Arc;
use std::time::Duration;

use super::{ASK, ASK_AGAIN, Seen, failed, machine};

const START: Timestamp = Timestamp::from_millis(0);

fn start(input: Value) -> (Execution, Seen) {
    let seen = Seen::default();
    let mut settings = Settings::standard();
    settings.seed = Seed([1, 2]);
    settings.observer = Some(Box::new(seen.clone()));
    let mut execution = Execution::start(&ASK, settings, input, START);
    execution.advance(100);
    (execution, seen)
}

fn called(execution: &mut Execution) -> (TaskCall, Arc<str>) {
    let Some(Effect::Task(call)) = execution.next_effect() else {
        panic!("a call is expected");
    };
    let token = call.token.clone().expect("it has a token");
    (call, token)
}

fn awaited(execution: &mut Execution) -> Awaited {
    let Some(Effect::Await(awaited)) = execution.next_effect() else {
        panic!("something to wait for is expected");
    };
    *awaited
}

fn answered(token: &str, output: Value) -> Event {
    Event::TaskAnswered {
        token: token.to_owned(),
        result: Ok(output),
    }
}

#[test]
fn a_call_and_then_an_answer() {
    let (mut execution, seen) = start(json!({ "timeout": 10, "heartbeat": 3 }));
    let (call, token) = called(&mut execution);
    assert_eq!((call.timeout_seconds, call.heartbeat_seconds), (Some(10), None));
    let at = Timestamp::from_millis(4000);
    execution.feed(Event::TaskSubmitted(call.ticket, json!("id")), at);
    let wait = awaited(&mut execution);
    assert_eq!(wait.token.as_deref(), Some(&*token));
    // The time limit counts from the call, the heartbeat from here.
    assert_eq!(wait.until, Some(Timestamp::from_millis(10_000)));
    assert_eq!(wait.heartbeat_seconds, Some(3));
    // What the first step was asked for with is over.
    let stale = Event::TaskTimedOut {
        ticket: call.ticket,
        heartbeat: false,
    };
    execution.feed(stale, at);
    execution.feed(answered("another", json!(0)), at);
    execution.feed(answered(&token, json!(1)), at);
    execution.feed(answered(&token, json!(2)), at);
    assert!(matches!(execution.next_effect(), Some(Effect::Cancel(ticket)) if ticket == wait.ticket));
    execution.advance(100);
    assert_eq!(execution.outcome(), Some(&Outcome::Succeeded(json!(1))));
    let submitted = seen.events()[4].clone();
    assert_eq!(submitted.event_type, EventType::TaskSubmitted);
    assert_eq!(submitted.details.output, Some(json!("id")));
}

#[test]
fn an_answer_that_is_early_is_kept() {
    let (mut execution, seen) = start(json!({}));
    let (call, token) = called(&mut execution);
    execution.feed(answered(&token, json!(1)), START);
    execution.feed(answered(&token, json!(2)), START);
    assert!(!execution.advance(100) && execution.outcome().is_none());
    execution.feed(Event::TaskSubmitted(call.ticket, json!("id")), START);
    execution.advance(100);
    assert_eq!(execution.outcome(), Some(&Outcome::Succeeded(json!(1))));
    assert!(execution.next_effect().is_none());
    assert_eq!(seen.task_events()[2..], ["TaskSubmitted", "TaskSucceeded"]);
}

#[test]
fn the_same_events_give_the_same_tokens() {
    let tokens = [0, 1].map(|_| called(&mut start(json!({})).0).1);
    assert_eq!(tokens[0], tokens[1]);
}

#[test]
fn mocks_answer_in_two_steps() {
    let ask = |mock: Mock, input: Value| {
        let test = Test::new(&ASK).mock("Ask", [mock]);
        test.run(&input).expect("it is mocked")
    };
    let types = |run: &asl_runtime::testing::TestRun| {
        let events = run.history[2..].iter();
        let events = events.filter(|event| event.event_type != TaskStateExited);
        events.map(|event| event.event_type).collect::<Vec<_>>()
    };
    use EventType::*;
    let after = Duration::from_secs(7);
    let mock = Mock::output(json!(1)).submitted(json!("id")).after(after);
    let run = ask(mock, json!({ "heartbeat": 2, "timeout": 9 }));
    assert_eq!(run.output(), Some(&json!(1)));
    assert_eq!(run.duration, after);
    assert_eq!(run.history[4].details.output, Some(json!("id")));
    assert_eq!(
        types(&run),
        [
            TaskScheduled,
            TaskStarted,
            TaskSubmitted,
            TaskSucceeded,
            ExecutionSucceeded
        ]
    );

    let run = ask(Mock::hang(), json!({ "heartbeat": 2, "timeout": 9 }));
    assert_eq!(run.duration.as_secs(), 2);
    assert_eq!(
        types(&run),
        [
            TaskScheduled,
            TaskStarted,
            TaskSubmitted,
            TaskTimedOut,
            ExecutionFailed
        ]
    );

    let run = ask(Mock::error("Sqs.Down", "later").before_submission(), json!({}));
    assert_eq!(run.outcome, failed("Sqs.Down", Some("later")));
    assert_eq!(
        types(&run),
        [TaskScheduled, TaskStarted, TaskFailed, ExecutionFailed]
    );
}

#[test]
fn a_mock_names_the_worker_of_an_activity() {
    use asl_runtime::machine::{Program, Resource, ResourceKind, StateKind};
    const PACK: StateKind = StateKind::Task(Resource::new("pack", ResourceKind::Activity));
    static ONE: Program = Program::new("one", &[StateInfo::new("Pack", PACK, super::task)], 0, 0);
    let run = Test::new(&ONE)
        .mock("Pack", [Mock::output(json!(1)).worker("w-1")])
        .run(&json!({}))
        .expect("it is mocked");
    assert_eq!(run.history[3].event_type, EventType::ActivityStarted);
    assert_eq!(run.history[3].details.worker_name.as_deref(), Some("w-1"));
}

#[tokio::test]
async fn real_tasks_answer_in_tests_too() {
    let machine = machine(&ASK_AGAIN, |input, callback| async move {
        callback.success(&input).map_err(asl_runtime::TaskError::from)?;
        Ok(json!("sent"))
    });
    let run = Test::new(&ASK_AGAIN)
        .mock("Ask", [Mock::error("Busy", "later")])
        .run_with(&machine, &json!({ "a": 1 }))
        .await
        .expect("it is mocked, then called");
    assert_eq!(run.output(), Some(&json!({ "a": 1 })));
    assert_eq!(run.duration.as_secs(), 1);
}
