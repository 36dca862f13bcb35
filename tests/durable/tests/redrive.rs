//! Redriving executions that failed.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_runtime::durable::store::{Batch, Ended, MemoryStore, Record, Store, Write};
use asl_runtime::durable::{EngineError, Execution, Limits, RedriveStatus, Status};
use asl_runtime::{Outcome, TaskError, Value, json};
use durable_tests::{Called, START, Service, builder, clock, events, types};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// Tasks of which those in `broken` fail until they are mended.
fn service(broken: &'static [&'static str]) -> (Service, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let service = Service::new(move |called: Called| {
        let fails = broken.contains(&called.state) && !is_mended.load(Ordering::SeqCst);
        let is_odd = called.input.as_i64().is_some_and(|number| number % 2 == 1);
        async move {
            let is_slow = matches!(called.state, "Other") || called.input == json!(4);
            sleep(Duration::from_secs(if is_slow { 100 } else { 1 })).await;
            if fails && (called.state != "Item" || is_odd) {
                return Err(TaskError::new("Broken", called.state));
            }
            Ok(json!([called.state]))
        }
    });
    (service, mended)
}

#[tokio::test(start_paused = true)]
async fn only_what_did_not_succeed_runs_again() {
    let (service, mended) = service(&["Second"]);
    let store = MemoryStore::new();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let execution = engine
        .start("branches", "a", &json!({ "items": [] }))
        .await
        .unwrap();
    assert!(matches!(
        execution.redrive().await,
        Err(EngineError::ExecutionNotRedrivable(_))
    ));
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let before = events(&execution).await;
    let description = execution.describe().await.unwrap();
    assert_eq!(description.redrive_status, RedriveStatus::Redrivable);
    assert_eq!(description.redrive_status_reason, None);

    // Twice in vain, with a new engine between.
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    drop(execution);
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("branches", "a").await.unwrap();
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("it is mended");
    };
    assert_eq!(output["both"], json!([["Second"], ["Other"]]));
    assert_eq!(service.calls_of("First"), 1);
    assert_eq!(service.calls_of("Second"), 3);
    assert_eq!(service.calls_of("Other"), 3);
    let description = execution.describe().await.unwrap();
    assert_eq!(
        (description.status, description.redrive_count),
        (Status::Succeeded, 2)
    );
    let history = events(&execution).await;
    assert_eq!(history[..before.len()], before[..]);
    let redriven = &history[before.len()];
    assert_eq!(redriven.event_type.as_str(), "ExecutionRedriven");
    assert_eq!(redriven.details.redrive_count, Some(1));
    let next: Vec<_> = history[before.len() + 1..before.len() + 5]
        .iter()
        .map(|event| event.event_type.as_str())
        .collect();
    assert_eq!(next[0], "LambdaFunctionScheduled");
    assert!(matches!(
        execution.redrive().await,
        Err(EngineError::ExecutionNotRedrivable(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn iterations_that_succeeded_are_kept() {
    let (service, mended) = service(&["Item"]);
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let input = json!({ "items": [2, 3, 4, 6] });
    let execution = engine.start("branches", "a", &input).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let calls = |number: i64| {
        let calls = service.calls();
        let of = |called: &&Called| called.state == "Item" && called.input == number;
        calls.iter().filter(of).count()
    };
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("it is mended");
    };
    assert_eq!(output["each"], json!([["Item"], ["Item"], ["Item"], ["Item"]]));
    // 3 failed; 4 was slow and was stopped.
    assert_eq!([calls(3), calls(4)], [2, 2]);
    assert_eq!(service.calls_of("First"), 1);
}

#[tokio::test(start_paused = true)]
async fn stopped_executions_go_on() {
    let service = Service::echo();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("ask", "a", &json!({})).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let first = service.token();
    execution.stop(None, None).await.unwrap();
    execution.redrive().await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let second = service.token();
    assert_ne!(first, second);
    assert!(engine.send_task_success(&first, &1).await.is_err());
    engine.send_task_success(&second, &2).await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(2)));
    assert!(types(&execution).await.contains(&"ExecutionRedriven"));

    let old = engine
        .start("wait", "old", &json!({ "seconds": 1000 }))
        .await
        .unwrap();
    old.stop(None, None).await.unwrap();
    sleep(Duration::from_secs(15 * 86_400)).await;
    let late = old.redrive().await;
    assert!(
        matches!(late, Err(EngineError::ExecutionNotRedrivable(reason)) if reason == "Execution redrivable period exceeded")
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_history_is_not_redriven() {
    let service = Service::echo();
    let mut limits = Limits::default();
    limits.history_events = 4;
    let builder = builder(&service).clock(clock()).limits(limits);
    let engine = builder.open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!({})).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let full = "Execution history event limit exceeded";
    let description = execution.describe().await.unwrap();
    assert_eq!(description.redrive_status, RedriveStatus::NotRedrivable);
    assert_eq!(description.redrive_status_reason.as_deref(), Some(full));
    let refused = execution.redrive().await;
    assert!(matches!(refused, Err(EngineError::ExecutionNotRedrivable(reason)) if reason == full));
}

/// Ends an execution in an instant in which something else happened: as its runner writes that down.
fn end_with(store: &MemoryStore, execution: &Execution, status: Status, events: &str) {
    let id = execution.id();
    let number = store.journal(id).unwrap().len() as u64;
    let at = START + Duration::from_secs(60);
    let append = Write::Append {
        execution: id,
        record: Record {
            number,
            at,
            events: events.into(),
        },
    };
    let end = Write::End {
        execution: id,
        status,
        at,
        error: None,
        cause: None,
        ended: Ended::default(),
        parent: None,
    };
    store.write(&Batch::of(&[append, end])).unwrap();
}

/// Tasks that are under way for ever in the first engine and give the name of their state in the second.
fn slow_then_quick() -> (Service, Arc<AtomicBool>) {
    let is_quick = Arc::new(AtomicBool::new(false));
    let quick = Arc::clone(&is_quick);
    let service = Service::new(move |called: Called| {
        let is_quick = quick.load(Ordering::SeqCst);
        async move {
            if !is_quick {
                std::future::pending::<()>().await;
            }
            Ok(json!([called.state]))
        }
    });
    (service, is_quick)
}

#[tokio::test(start_paused = true)]
async fn a_result_that_comes_with_the_end_is_not_asked_for_again() {
    for (end, status) in [
        (r#"["Stopped",null,null]"#, Status::Aborted),
        (r#"["TimedOut"]"#, Status::TimedOut),
    ] {
        let (service, is_quick) = slow_then_quick();
        let store = MemoryStore::new();
        let open = || builder(&service).clock(clock()).open_store(store.clone());
        let engine = open().await.unwrap();
        let one = engine.start("one", "a", &json!({})).await.unwrap();
        let waits = engine
            .start("wait", "a", &json!({ "seconds": 86_400 }))
            .await
            .unwrap();
        let input = json!({ "items": [] });
        let branches = engine.start("branches", "a", &input).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        engine.close().await;
        let result = |ticket: &str, result: &str| format!(r#"["TaskSucceeded",{ticket},{result}]"#);
        let first = result("[1,0,0]", r#"["recorded"]"#);
        end_with(&store, &one, status, &format!("[{first},{end}]"));
        end_with(&store, &waits, status, &format!(r#"[["Woke",[1,0,0]],{end}]"#));
        let other = result("[2,2,0]", r#"["recorded"]"#);
        end_with(&store, &branches, status, &format!("[{other},{end}]"));

        is_quick.store(true, Ordering::SeqCst);
        let engine = open().await.unwrap();
        for (machine, output) in [
            ("one", json!(["recorded"])),
            ("wait", json!({ "seconds": 86_400 })),
            (
                "branches",
                json!({ "items": [], "both": [["Second"], ["recorded"]], "each": [] }),
            ),
        ] {
            let execution = engine.execution(machine, "a").await.unwrap();
            assert_eq!(execution.describe().await.unwrap().status, status);
            let redriven = execution.redrive().await.unwrap();
            assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(output));
            let stopped = execution.describe().await.unwrap().stop_time.unwrap();
            assert_eq!(stopped.since(redriven).as_secs(), 0, "{machine}");
        }
        assert_eq!(service.calls_of("Work"), 1);
        assert_eq!(service.calls_of("First"), 2);
        assert_eq!(service.calls_of("Other"), 1);
        assert_eq!(service.calls_of("Second"), 1);
        let one = engine.execution("one", "a").await.unwrap();
        assert_eq!(
            types(&one).await[4..],
            [
                "LambdaFunctionSucceeded",
                if status == Status::Aborted {
                    "ExecutionAborted"
                } else {
                    "ExecutionTimedOut"
                },
                "ExecutionRedriven",
                "TaskStateExited",
                "ExecutionSucceeded"
            ]
        );
    }
}

/// Stops an execution, and has a task of it succeed when it was told to stop and has not heard of that. Gives whether this was
/// the order of things: now and then it hears of it at once.
async fn stop_with_result(execution: &Execution, task: oneshot::Sender<Value>) -> bool {
    let mut task = Some(task);
    let (mut polls, mut is_so) = (0, false);
    let mut stop = pin!(execution.stop(None, None));
    let stopped = poll_fn(|cx| {
        let stopped = stop.as_mut().poll(cx);
        polls += 1;
        if polls == 2
            && let Some(task) = task.take()
        {
            is_so = task.send(json!("done")).is_ok();
        }
        stopped
    });
    stopped.await.unwrap();
    is_so
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_there_when_it_is_stopped_counts() {
    let done: Arc<Mutex<Option<oneshot::Receiver<Value>>>> = Arc::default();
    let next = Arc::clone(&done);
    let service = Service::new(move |_| {
        let done = done.lock().unwrap().take();
        async move {
            let done = done.ok_or_else(|| TaskError::new("Again", "it was called again"))?;
            Ok(done.await.unwrap_or_default())
        }
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    for _ in 0..100 {
        let (task, receiver) = oneshot::channel();
        *next.lock().unwrap() = Some(receiver);
        let execution = engine.start("one", None, &json!({})).await.unwrap();
        sleep(Duration::from_secs(10)).await;
        let is_so = stop_with_result(&execution, task).await;
        assert!(matches!(execution.wait().await.unwrap(), Outcome::Aborted { .. }));
        if is_so {
            assert!(types(&execution).await.contains(&"LambdaFunctionSucceeded"));
            let calls = service.calls().len();
            execution.redrive().await.unwrap();
            let outcome = execution.wait().await.unwrap();
            assert_eq!(outcome, Outcome::Succeeded(json!("done")));
            assert_eq!(service.calls().len(), calls);
            return;
        }
    }
    panic!("it always heard of it at once");
}
