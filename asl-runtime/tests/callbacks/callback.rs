//! Answers by token, in memory on tokio's paused clock.

use std::time::Duration;

use asl_runtime::machine::Outcome;
use asl_runtime::{Callback, CallbackError, Callbacks, Machine, TaskError, Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::sleep;

use super::{ASK, ASK_AGAIN, ASK_ALL, Tasks, failed, machine, run};

const SUBMITTED: [&str; 3] = ["TaskScheduled", "TaskStarted", "TaskSubmitted"];

/// Asks of which somebody else gets the callbacks.
fn asked(program: &'static asl_runtime::machine::Program) -> (Machine<Tasks>, UnboundedReceiver<Callback>) {
    let (sender, receiver) = unbounded_channel();
    let machine = machine(program, move |input, callback| {
        let _nobody_asks = sender.send(callback);
        async move { Ok(json!({ "MessageId": input })) }
    });
    (machine, receiver)
}

fn with(events: &[&str], last: &str) -> Vec<String> {
    events
        .iter()
        .chain([&last])
        .map(|&event| event.to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_from_another_task() {
    let (machine, mut asks) = asked(&ASK);
    let callbacks = machine.callbacks().clone();
    let answering = tokio::spawn(async move {
        let ask = asks.recv().await.expect("it asks");
        sleep(Duration::from_secs(40)).await;
        callbacks
            .send_task_success(ask.token(), &[1, 2])
            .expect("it waits");
        let again = callbacks.send_task_success(ask.token(), &3);
        assert!(matches!(again, Err(CallbackError::TaskTimedOut)));
        ask
    });
    let result = run(&machine, json!({ "a": 1 })).await;
    let events = with(&SUBMITTED, "TaskSucceeded");
    assert_eq!(result, (Outcome::Succeeded(json!([1, 2])), events, 40));
    let ask = answering.await.expect("no panic");
    assert!(!ask.is_open());
    let late = Callbacks::shared().send_task_heartbeat(ask.token());
    assert!(matches!(late, Err(CallbackError::TaskDoesNotExist)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_come_before_the_function_has_returned() {
    let machine = machine(&ASK, |_, callback| async move {
        callback.success("early").map_err(TaskError::from)?;
        sleep(Duration::from_secs(3)).await;
        Ok(json!("sent"))
    });
    let events = with(&SUBMITTED, "TaskSucceeded");
    assert_eq!(
        run(&machine, json!({})).await,
        (Outcome::Succeeded(json!("early")), events, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_may_have_no_name() {
    for (error, cause) in [(Some("No"), Some("never")), (None, Some("why")), (None, None)] {
        let machine = machine(&ASK, move |_, callback| async move {
            let callbacks = Callbacks::shared();
            let sent = callbacks.send_task_failure(callback.token(), error, cause);
            sent.map_err(TaskError::from)?;
            Ok(Value::Null)
        });
        let expected = Outcome::Failed {
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
        };
        assert_eq!(
            run(&machine, json!({})).await,
            (expected, with(&SUBMITTED, "TaskFailed"), 0)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_not_submitted() {
    let (sender, mut tokens) = unbounded_channel();
    let machine = machine(&ASK, move |_, callback| {
        let _nobody_asks = sender.send(callback.clone());
        async move {
            callback.success("too early").map_err(TaskError::from)?;
            Err(TaskError::new("Sqs.Down", "try later"))
        }
    });
    let (outcome, events, _) = run(&machine, json!({})).await;
    assert_eq!(outcome, failed("Sqs.Down", Some("try later")));
    assert_eq!(events, ["TaskScheduled", "TaskStarted", "TaskFailed"]);
    let callback = tokens.recv().await.expect("it asked");
    assert!(!callback.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure() {
    let machine = machine(&ASK, |_, _| async { panic!("oh dear") });
    let (outcome, events, _) = run(&machine, json!({})).await;
    assert_eq!(
        outcome,
        failed("States.TaskFailed", Some("the task panicked: oh dear"))
    );
    assert_eq!(events, ["TaskScheduled", "TaskStarted", "TaskFailed"]);
}

#[tokio::test(start_paused = true)]
async fn time_limits_apply_while_waiting() {
    let (machine, mut asks) = asked(&ASK);
    let events = with(&SUBMITTED, "TaskTimedOut");
    let timeout = failed("States.Timeout", None);
    let result = run(&machine, json!({ "timeout": 9 })).await;
    assert_eq!(result, (timeout.clone(), events.clone(), 9));
    let ask = asks.recv().await.expect("it asked");
    assert!(matches!(ask.success(&1), Err(CallbackError::TaskDoesNotExist)));
    let result = run(&machine, json!({ "timeout": 9, "heartbeat": 4 })).await;
    assert_eq!(result, (timeout, events, 4));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_count_from_submission_and_keep_it_alive() {
    let machine = machine(&ASK, |_, callback| async move {
        sleep(Duration::from_secs(8)).await;
        tokio::spawn(async move {
            for _ in 0..5 {
                sleep(Duration::from_secs(4)).await;
                callback.heartbeat().expect("it waits");
            }
        });
        Ok(Value::Null)
    });
    let events = with(&SUBMITTED, "TaskTimedOut");
    let result = run(&machine, json!({ "heartbeat": 5, "timeout": 60 })).await;
    assert_eq!(result, (failed("States.Timeout", None), events, 8 + 5 * 4 + 5));
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_token_of_its_own() {
    let (machine, mut asks) = asked(&ASK_AGAIN);
    let answering = tokio::spawn(async move {
        let first = asks.recv().await.expect("it asks");
        first.failure(TaskError::new("Busy", "later")).expect("it waits");
        let second = asks.recv().await.expect("it asks again");
        assert_ne!(first.token(), second.token());
        assert!(matches!(first.success(&1), Err(CallbackError::TaskTimedOut)));
        second.success(&2).expect("it waits");
    });
    let outcome = machine.execution().outcome(json!({})).await;
    assert_eq!(outcome, Outcome::Succeeded(json!(2)));
    answering.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn iterations_are_answered_in_any_order() {
    let (machine, mut asks) = asked(&ASK_ALL);
    let answering = tokio::spawn(async move {
        let mut open = Vec::new();
        for _ in 0..100 {
            open.push(asks.recv().await.expect("it asks"));
        }
        for (number, ask) in open.iter().enumerate().rev() {
            ask.success(&number).expect("it waits");
        }
    });
    let items: Vec<i64> = (0..100).collect();
    let answers: Vec<i64> = machine.run(&items).await.expect("all are answered");
    assert_eq!(answers, items);
    answering.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_failing_sibling_closes_the_tokens_of_the_others() {
    let (machine, mut asks) = asked(&ASK_ALL);
    let answering = tokio::spawn(async move {
        let first = asks.recv().await.expect("it asks");
        let second = asks.recv().await.expect("it asks");
        sleep(Duration::from_secs(1)).await;
        second.failure(TaskError::new("No", "x")).expect("it waits");
        sleep(Duration::from_secs(1)).await;
        assert!(matches!(first.success(&1), Err(CallbackError::TaskDoesNotExist)));
    });
    let outcome = machine.execution().outcome(json!([1, 2])).await;
    assert_eq!(outcome, failed("No", Some("x")));
    answering.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_execution_closes_its_tokens() {
    let own = Callbacks::new();
    let (machine, mut asks) = asked(&ASK);
    let machine = machine.with_callbacks(&own);
    let execution = machine.execution().outcome(json!({}));
    assert!(
        tokio::time::timeout(Duration::from_secs(5), execution)
            .await
            .is_err()
    );
    let ask = asks.recv().await.expect("it asked");
    let shared = Callbacks::shared().send_task_success(ask.token(), &1);
    assert!(matches!(shared, Err(CallbackError::TaskDoesNotExist)));
    let late = own.send_task_success(ask.token(), &1);
    assert!(matches!(late, Err(CallbackError::TaskDoesNotExist)));
}

#[tokio::test]
async fn answers_come_from_other_threads() {
    let (machine, mut asks) = asked(&ASK_ALL);
    let answering = std::thread::spawn(move || {
        for number in 0..1000 {
            let ask = asks.blocking_recv().expect("it asks");
            ask.success(&number).expect("it waits");
        }
    });
    let items: Vec<i64> = (0..1000).collect();
    let answers: Vec<i64> = machine.run(&items).await.expect("all are answered");
    assert_eq!(answers.len(), 1000);
    answering.join().expect("no panic");
}
