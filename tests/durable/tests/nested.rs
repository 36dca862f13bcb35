//! Executions that an execution started, when that is stopped: those whose end it waits for (`.sync`, `.sync:2`) are stopped
//! with it, as with the service; others run on.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::durable::store::StoreError;
use asl_runtime::durable::{Engine, Execution, List, Status};
use asl_runtime::{Outcome, Value, json};
use durable_tests::{Service, TestStore, builder, clock, types};
use tokio::time::sleep;

/// What a parent starts, and how.
const CHILDREN: [(&str, bool); 4] = [
    ("sync", true),
    ("sync2", true),
    ("start", false),
    ("token", false),
];

fn input(parent: &str) -> Value {
    json!({
        "sync": (child(parent, "sync")),
        "sync2": (child(parent, "sync2")),
        "start": (child(parent, "start")),
        "token": (child(parent, "token")),
    })
}

fn child(parent: &str, kind: &str) -> String {
    format!("{parent}-{kind}")
}

/// Those that it waits for have ended at once, like their parent; the others run to their ends.
async fn are_stopped(engine: &Engine, parent: &Execution) {
    assert_eq!(parent.describe().await.unwrap().status, Status::Aborted);
    let history = types(parent).await;
    assert_eq!(history.last(), Some(&"ExecutionAborted"));
    let mut others = Vec::new();
    for (kind, is_awaited) in CHILDREN {
        let name = child(parent.name(), kind);
        let child = engine.execution("wait", &name).await.unwrap();
        let status = child.describe().await.unwrap().status;
        if is_awaited {
            assert_eq!(status, Status::Aborted, "{name}");
            let expected = ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"];
            assert_eq!(types(&child).await, expected, "{name}");
        } else {
            assert_eq!(status, Status::Running, "{name}");
            others.push(child);
        }
    }
    for other in others {
        assert!(matches!(other.wait().await.unwrap(), Outcome::Succeeded(_)));
    }
    let running = List::all().with_status(Status::Running);
    assert!(engine.list(running).await.unwrap().executions.is_empty());
}

#[tokio::test(start_paused = true)]
async fn children_that_are_waited_for_are_stopped_with_their_parent() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    // While all are in memory, and when all are parked.
    for (name, millis, in_memory) in [("early", 500, 5), ("parked", 60_000, 0)] {
        let parent = engine.start("parent", name, &input(name)).await.unwrap();
        sleep(Duration::from_millis(millis)).await;
        assert_eq!(engine.in_memory(), in_memory);
        parent.stop(Some("Enough"), None).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        are_stopped(&engine, &parent).await;
    }
}

/// While the children are being started: whichever of them came to be has ended.
#[tokio::test(start_paused = true)]
async fn children_that_are_just_being_started_are_stopped_too() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let parent = engine.start("parent", "a", &input("a")).await.unwrap();
    parent.stop(None, None).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    for (kind, is_awaited) in CHILDREN {
        if let Ok(child) = engine.execution("wait", &child("a", kind)).await {
            let is_stopped = child.describe().await.unwrap().status == Status::Aborted;
            assert_eq!(is_stopped, is_awaited, "{kind}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn they_are_stopped_in_another_engine_too() {
    let (service, store, clock) = (Service::echo(), TestStore::default(), clock());
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    // The engine goes away while all are in memory, or parked; and comes back before the parent is stopped.
    for (name, seconds) in [("early", 0), ("parked", 60)] {
        let engine = open().await.unwrap();
        let parent = engine.start("parent", name, &input(name)).await.unwrap();
        sleep(Duration::from_secs(seconds) + Duration::from_millis(500)).await;
        drop(parent);
        engine.close().await;
        let engine = open().await.unwrap();
        let parent = engine.execution("parent", name).await.unwrap();
        parent.stop(None, None).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        are_stopped(&engine, &parent).await;
        drop(parent);
        engine.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn they_are_stopped_when_the_process_dies_after_the_end_of_their_parent() {
    let (service, clock) = (Service::echo(), clock());
    for seconds in [0, 60] {
        let store = TestStore::default();
        let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
        let engine = open().await.unwrap();
        let parent = engine.start("parent", "a", &input("a")).await.unwrap();
        sleep(Duration::from_secs(seconds) + Duration::from_millis(500)).await;
        // The end of the parent is the last thing that is written.
        store.fail_after(1, StoreError::Failed("the process is about to die".to_owned()));
        parent.stop(None, None).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        let running = engine.list(List::of("wait").with_status(Status::Running)).await;
        assert_eq!(running.unwrap().executions.len(), CHILDREN.len());
        drop(parent);
        engine.close().await;
        store.heal();
        let engine = open().await.unwrap();
        sleep(Duration::from_secs(1)).await;
        let parent = engine.execution("parent", "a").await.unwrap();
        are_stopped(&engine, &parent).await;
        engine.close().await;
    }
}

/// The time of a task that waits for a child is over: the child is stopped, whether it is in memory or parked, and also when
/// the process dies in that moment.
#[tokio::test(start_paused = true)]
async fn a_child_is_stopped_when_the_task_that_waits_for_it_times_out() {
    for (park_after, dies) in [(1, false), (100, false), (1, true), (100, true)] {
        let (service, store, clock) = (Service::echo(), TestStore::default(), clock());
        let open = || {
            let builder = builder(&service).park_after(Duration::from_secs(park_after));
            builder.clock(clock.clone()).open_store(store.clone())
        };
        let mut engine = open().await.unwrap();
        let parent = engine.start("impatient", "a", &json!({ "name": "child" })).await;
        sleep(Duration::from_secs(29)).await;
        if dies {
            store.fail_after(1, StoreError::Failed("the process is about to die".to_owned()));
        }
        sleep(Duration::from_secs(2)).await;
        drop(parent.unwrap());
        if dies {
            engine.close().await;
            store.heal();
            engine = open().await.unwrap();
            sleep(Duration::from_secs(1)).await;
        }
        let parent = engine.execution("impatient", "a").await.unwrap();
        assert_eq!(types(&parent).await.last(), Some(&"WaitStateEntered"));
        let child = engine.execution("wait", "child").await.unwrap();
        let status = child.describe().await.unwrap().status;
        assert_eq!(status, Status::Aborted, "{park_after} {dies}");
    }
}

/// A child that is stopped itself fails its parent, with its description as the cause.
#[tokio::test(start_paused = true)]
async fn a_parent_fails_when_a_child_is_stopped() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    for kind in ["sync", "sync2"] {
        let parent = engine.start("parent", kind, &input(kind)).await.unwrap();
        sleep(Duration::from_secs(60)).await;
        let stopped = engine.execution("wait", &child(kind, kind)).await.unwrap();
        stopped.stop(Some("Enough"), Some("no more")).await.unwrap();
        let Outcome::Failed { error, cause } = parent.wait().await.unwrap() else {
            panic!("it waits for {kind}");
        };
        assert_eq!(error.as_deref(), Some("States.TaskFailed"));
        let cause = Value::from_json(&cause.unwrap()).unwrap();
        assert_eq!(cause["Status"], json!("ABORTED"));
        assert_eq!(
            (&cause["Error"], &cause["Cause"]),
            (&json!("Enough"), &json!("no more"))
        );
        // With it goes the other one that it waited for.
        sleep(Duration::from_secs(1)).await;
        for other in ["sync", "sync2"] {
            let other = engine.execution("wait", &child(kind, other)).await.unwrap();
            assert_eq!(other.describe().await.unwrap().status, Status::Aborted);
        }
    }
}

/// As with StartExecution: an execution that runs by that name with the same input is the one that is started.
#[tokio::test(start_paused = true)]
async fn what_runs_already_is_started_again() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let seconds = json!({ "seconds": 5000 });
    engine.start("wait", "same-start", &seconds).await.unwrap();
    let parent = engine.start("parent", "same", &input("same")).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(parent.describe().await.unwrap().status, Status::Running);

    // Not with another input, nor when its end is waited for.
    let other = json!({ "seconds": 4000 });
    engine.start("wait", "other-start", &other).await.unwrap();
    engine.start("wait", "waits-sync", &seconds).await.unwrap();
    for name in ["other", "waits"] {
        let parent = engine.start("parent", name, &input(name)).await.unwrap();
        let outcome = parent.wait().await.unwrap();
        let Outcome::Failed { error, .. } = outcome else {
            panic!("{name}: {outcome:?}");
        };
        assert_eq!(
            error.as_deref(),
            Some("StepFunctions.ExecutionAlreadyExistsException")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn names_that_none_can_have_are_refused() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    for name in [json!("a b"), json!("a:b"), json!("x".repeat(81)), json!(7)] {
        let shown = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        let input = json!({ "name": name });
        let parent = engine.start("impatient", None, &input).await.unwrap();
        let outcome = parent.wait().await.unwrap();
        let Outcome::Failed { error, cause } = outcome else {
            panic!("{shown}: {outcome:?}");
        };
        assert_eq!(error.as_deref(), Some("StepFunctions.InvalidNameException"));
        let cause = cause.unwrap();
        assert!(
            cause.starts_with(&format!("Invalid Name: '{shown}' (Service: ")),
            "{cause}"
        );
    }
    let started = engine.list(List::of("wait")).await.unwrap();
    assert!(started.executions.is_empty());
}
