//! Executions whose engine goes away and comes back.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_runtime::durable::store::{MemoryStore, Store, StoreError};
use asl_runtime::durable::{Clock, Engine, EngineError, List, Status};
use asl_runtime::{HistoryEvent, Outcome, TaskError, Value, json};
use durable_tests::{Called, Service, TestStore, builder, calls_by_key, clock, events, rescue, types};
use tokio::time::sleep;

/// The tasks of the order workflow. The first attempt of the first finds its service busy.
fn shop() -> Service {
    Service::new(|called: Called| async move {
        sleep(Duration::from_secs(2)).await;
        match called.state {
            "Check" if called.attempt == 1 => Err(TaskError::new("Busy", "later")),
            "Choose" => Ok(json!({ "carrier": "bike" })),
            "Pack" => Ok(Value::from(format!("packed {}", called.input))),
            state => Ok(Value::from(state)),
        }
    })
}

fn input() -> Value {
    json!({ "id": "A1", "items": [1, 2, 3, 4, 5] })
}

/// Approves what waits for it.
async fn approve(service: &Service, engine: &Engine) -> Result<(), EngineError> {
    let token = service.token();
    if token.is_empty() {
        return Ok(());
    }
    engine.send_task_success(&token, &"yes").await
}

/// What an execution is to have done, whenever its engine went away: names, tokens and times apart.
fn summary(events: &[HistoryEvent]) -> Vec<(u64, String, Option<Value>)> {
    let mut summary: Vec<_> = events
        .iter()
        .map(|event| {
            let output = event.details.output.clone();
            let of_other = event.details.resource.is_some();
            let kind = format!("{} {:?}", event.event_type, event.details.state);
            (event.previous_event_id, kind, output.filter(|_| !of_other))
        })
        .collect();
    // Branches go on in the order of their tasks, which a restart changes.
    summary.iter_mut().for_each(|(previous, _, _)| *previous = 0);
    summary.sort_by(|left, right| left.1.cmp(&right.1));
    summary
}

async fn undisturbed() -> (Outcome, Vec<(u64, String, Option<Value>)>) {
    let service = shop();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("order", "a", &input()).await.unwrap();
    sleep(Duration::from_secs(2 * 3600)).await;
    approve(&service, &engine).await.unwrap();
    let outcome = execution.wait().await.unwrap();
    (outcome, summary(&events(&execution).await))
}

/// Runs an order, with an engine that goes away after every `step` records.
async fn disturbed(store: &TestStore, step: u64) -> (Outcome, Vec<HistoryEvent>, Service) {
    let service = shop();
    let clock = clock();
    let is_started = Arc::new(AtomicUsize::new(0));
    for _ in 0..200 {
        store.heal();
        let open = builder(&service).clock(clock.clone()).open_store(store.clone());
        let engine = open.await.unwrap();
        if is_started.load(Ordering::SeqCst) == 0 {
            engine.start("order", "a", &input()).await.unwrap();
            is_started.store(1, Ordering::SeqCst);
        }
        let execution = engine.execution("order", "a").await.unwrap();
        if execution.describe().await.unwrap().status != Status::Running {
            let outcome = execution.wait().await.unwrap();
            return (outcome, events(&execution).await, service);
        }
        let before = store.records();
        store.fail_after(step, StoreError::Failed("the process is about to die".to_owned()));
        for _ in 0..400 {
            if store.records() >= before + step {
                break;
            }
            // What was answered once is refused afterwards.
            let _ = approve(&service, &engine).await;
            sleep(Duration::from_secs(3600)).await;
        }
        engine.close().await;
    }
    panic!("the order does not end");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_whenever_the_engine_goes_away() {
    let (outcome, expected) = undisturbed().await;
    assert!(matches!(&outcome, Outcome::Succeeded(output) if output["shipping"]["carrier"] == json!("bike")));
    for (step, store) in [
        (1, TestStore::default()),
        (2, TestStore::default()),
        (5, TestStore::default()),
        (1, TestStore::losing_answers()),
        (3, TestStore::losing_answers()),
    ] {
        let (ended, history, service) = disturbed(&store, step).await;
        assert_eq!(ended, outcome, "{step}");
        assert_eq!(summary(&history), expected, "{step}");
        let scheduled = history.iter().filter(|event| {
            let name = event.event_type.as_str();
            name == "LambdaFunctionScheduled" || name == "TaskScheduled"
        });
        // A call that is made again has the key of the first: there are no more keys than calls in the history.
        let keys = calls_by_key(&service.calls()).len();
        // The nested execution's own call, and the start of it, which is no call.
        assert_eq!(keys, scheduled.count(), "{step}");
        assert!(
            history
                .windows(2)
                .all(|pair| pair[0].timestamp <= pair[1].timestamp)
        );
        assert!(
            history
                .iter()
                .enumerate()
                .all(|(index, event)| event.id == index as u64 + 1)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_keeps_what_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let (outcome, expected) = undisturbed().await;
    let service = shop();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open(&path);
    let engine = open().await.unwrap();
    let execution = engine.start("order", "a", &input()).await.unwrap();
    assert!(matches!(
        open().await,
        Err(EngineError::Store(StoreError::InUse(_)))
    ));
    let arn = execution.arn();
    drop(execution);
    engine.close().await;
    for _ in 0..60 {
        let engine = open().await.unwrap();
        let execution = engine.execution_by_arn(&arn).await.unwrap();
        sleep(Duration::from_secs(86_400)).await;
        let _ = approve(&service, &engine).await;
        if execution.describe().await.unwrap().status == Status::Running {
            drop(execution);
            engine.close().await;
            continue;
        }
        assert_eq!(execution.wait().await.unwrap(), outcome);
        assert_eq!(summary(&events(&execution).await), expected);
        return;
    }
    panic!("the order does not end");
}

#[tokio::test(start_paused = true)]
async fn an_execution_of_another_definition_is_held() {
    let store = MemoryStore::new();
    let clock = clock();
    let service = Service::new(|_| async {
        sleep(Duration::from_secs(100)).await;
        Ok(json!("done"))
    });
    let engine = builder(&service)
        .clock(clock.clone())
        .open_store(store.clone())
        .await
        .unwrap();
    for name in ["first", "second", "third"] {
        engine.start("one", name, &1).await.unwrap();
    }
    engine.close().await;

    // The definition has changed.
    let changed = || Engine::builder().machine(service.machine(&durable_tests::second::one::MACHINE));
    let engine = changed()
        .clock(clock.clone())
        .open_store(store.clone())
        .await
        .unwrap();
    let first = engine.execution("one", "first").await.unwrap();
    sleep(Duration::from_secs(1000)).await;
    let description = first.describe().await.unwrap();
    assert_eq!(description.status, Status::Running);
    assert!(description.held.unwrap().contains("fingerprint"));
    let history = first.history(asl_runtime::durable::HistoryQuery::all()).await;
    assert!(matches!(history, Err(EngineError::HistoryUnavailable(_))));
    first.stop(Some("Old"), None).await.unwrap();
    assert_eq!(first.describe().await.unwrap().status, Status::Aborted);
    assert!(first.redrive().await.is_err());
    let new = engine.start("one", "new", &1).await.unwrap();
    assert_eq!(new.wait().await.unwrap(), Outcome::Succeeded(json!("done")));
    assert_eq!(types(&new).await[1], "TaskStateEntered");

    // The old one beside it lets the others go on; new ones are of the one registered last.
    engine.register(service.machine(&durable_tests::one::MACHINE));
    engine.register(service.machine(&durable_tests::second::one::MACHINE));
    let second = engine.execution("one", "second").await.unwrap();
    assert_eq!(second.wait().await.unwrap(), Outcome::Succeeded(json!("done")));
    let last = types(&first).await;
    assert_eq!(last.last(), Some(&"ExecutionAborted"));
    let calls = service.calls();
    assert_eq!(calls.iter().filter(|called| called.state == "Choose").count(), 1);
    drop((first, new, second));
    engine.close().await;

    // The history of one that ended does not need its definition.
    let engine = changed().clock(clock).open_store(store).await.unwrap();
    let second = engine.execution("one", "second").await.unwrap();
    assert_eq!(events(&second).await[1].details.state, Some("Work"));
}

#[tokio::test(start_paused = true)]
async fn a_journal_of_something_else_is_held() {
    use asl_runtime::durable::store::{Batch, Record, Write};
    let store = MemoryStore::new();
    let clock = clock();
    let service = Service::new(|_| std::future::pending());
    let engine = builder(&service)
        .clock(clock.clone())
        .open_store(store.clone())
        .await
        .unwrap();
    let ids = [
        engine.start("one", "mismatch", &1).await.unwrap().id(),
        engine.start("one", "damaged", &1).await.unwrap().id(),
    ];
    engine.close().await;
    for (id, events) in ids.into_iter().zip([r#"[["Woke",[7,0,0]]]"#, "no record"]) {
        let record = Record {
            number: 1,
            at: durable_tests::START,
            events: events.into(),
        };
        store
            .write(&Batch::of(&[Write::Append {
                execution: id,
                record,
            }]))
            .unwrap();
    }
    let engine = builder(&service).clock(clock).open_store(store).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    for (name, reason) in [("mismatch", "another definition"), ("damaged", "damaged")] {
        let execution = engine.execution("one", name).await.unwrap();
        let held = execution.describe().await.unwrap().held.unwrap();
        assert!(held.contains(reason), "{held}");
        execution.resume().await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert!(execution.describe().await.unwrap().held.is_some());
        execution.stop(None, None).await.unwrap();
        assert_eq!(execution.describe().await.unwrap().status, Status::Aborted);
    }
    assert_eq!(engine.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_time_long_past_is_no_harm() {
    let store = MemoryStore::new();
    let service = Service::echo();
    let now = Arc::new(AtomicUsize::new(1_767_225_600));
    let seconds = Arc::clone(&now);
    let clock = Clock::new(
        move || asl_runtime::Timestamp::from_millis(1000 * seconds.load(Ordering::SeqCst) as i64),
        Duration::from_secs(1),
    );
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    engine
        .start("wait", "a", &json!({ "seconds": 1000 }))
        .await
        .unwrap();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(engine.in_memory(), 0);
    engine.close().await;
    // The clock jumps: back, then far ahead.
    now.store(1_767_200_000, Ordering::SeqCst);
    let engine = open().await.unwrap();
    sleep(Duration::from_secs(5)).await;
    let execution = engine.execution("wait", "a").await.unwrap();
    assert_eq!(execution.describe().await.unwrap().status, Status::Running);
    now.store(1_780_000_000, Ordering::SeqCst);
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    // And back again, in the life of an execution.
    let other = engine.start("wait", "b", &json!({ "seconds": 1 })).await.unwrap();
    now.store(1_700_000_000, Ordering::SeqCst);
    sleep(Duration::from_secs(5)).await;
    now.store(1_790_000_000, Ordering::SeqCst);
    other.wait().await.unwrap();
    let history = events(&other).await;
    assert!(
        history
            .windows(2)
            .all(|pair| pair[0].timestamp <= pair[1].timestamp)
    );
}

/// A branch fails, and its siblings wait for other executions; the process dies before those learn that they are given up.
#[tokio::test(start_paused = true)]
async fn executions_that_a_branch_no_longer_waits_for_are_stopped_after_a_crash() {
    // While they are in memory, and when they are parked.
    for seconds in [0, 100] {
        let service = Service::new(move |_| async move {
            sleep(Duration::from_secs(seconds)).await;
            sleep(Duration::from_millis(100)).await;
            Err(TaskError::new("Broken", "x"))
        });
        let store = TestStore::default();
        let clock = clock();
        let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
        let engine = open().await.unwrap();
        let input = json!({ "items": [1, 2] });
        let execution = engine.start("rescue", "a", &input).await.unwrap();
        sleep(Duration::from_secs(seconds)).await;
        sleep(Duration::from_millis(50)).await;
        // Of what follows only that the branches are stopped is written.
        store.fail_after(1, StoreError::Failed("the process is about to die".to_owned()));
        sleep(Duration::from_millis(100)).await;
        let statuses = async |engine: &Engine| {
            let list = engine.list(List::all()).await.unwrap();
            let statuses = list.executions.into_iter();
            statuses.map(|of| (of.machine, of.status)).collect::<Vec<_>>()
        };
        let running = statuses(&engine).await;
        assert_eq!(running.len(), 4);
        assert!(
            running.iter().all(|(_, status)| *status == Status::Running),
            "{running:?}"
        );
        drop(execution);
        engine.close().await;
        store.heal();

        let engine = open().await.unwrap();
        sleep(Duration::from_secs(1)).await;
        for (machine, status) in statuses(&engine).await {
            let expected = if machine == "rescue" {
                Status::Running
            } else {
                Status::Aborted
            };
            assert_eq!(status, expected, "{machine}");
        }
        let kinds = types(&engine.execution("rescue", "a").await.unwrap()).await;
        assert_eq!(kinds.last(), Some(&"WaitStateEntered"));
    }
}

/// An execution that another one waits for is held and then stopped: the other one learns of it.
#[tokio::test(start_paused = true)]
async fn the_end_of_an_execution_that_was_held_is_told() {
    let service = Service::new(|_| async move {
        sleep(Duration::from_secs(1_000_000)).await;
        Ok(json!(null))
    });
    let (store, clock) = (MemoryStore::new(), clock());
    let engine = builder(&service)
        .clock(clock.clone())
        .open_store(store.clone())
        .await
        .unwrap();
    let input = json!({ "items": [1] });
    engine.start("rescue", "a", &input).await.unwrap();
    sleep(Duration::from_secs(100)).await;
    engine.close().await;
    // Without the machine of the nested execution.
    let engine = Engine::builder()
        .machine(service.machine(&rescue::MACHINE))
        .clock(clock)
        .open_store(store)
        .await
        .unwrap();
    let nested = engine.list(List::of("wait")).await.unwrap().executions;
    let nested = engine.execution("wait", &nested[0].name).await.unwrap();
    assert!(nested.describe().await.unwrap().held.is_some());
    nested.stop(Some("Enough"), None).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(nested.describe().await.unwrap().status, Status::Aborted);
    let kinds = types(&engine.execution("rescue", "a").await.unwrap()).await;
    assert_eq!(kinds.last(), Some(&"WaitStateEntered"), "{kinds:?}");
}
