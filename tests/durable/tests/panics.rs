//! The engine panics while it drives an execution: nobody is left waiting, and the execution goes on later.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use asl_runtime::durable::store::MemoryStore;
use asl_runtime::durable::{Clock, Engine, EngineError, Execution, ResultError, Status};
use asl_runtime::{Outcome, Value, json};
use durable_tests::{START, Service, builder, types};
use tokio::time::{sleep, timeout};

/// A clock that panics when it is looked at the next time, if it is told so.
fn clock() -> (Clock, Arc<AtomicBool>) {
    let (inner, panics) = (Clock::tokio(START), Arc::new(AtomicBool::new(false)));
    let asked = Arc::clone(&panics);
    let now = move || {
        assert!(!asked.swap(false, Ordering::SeqCst), "the clock has stopped");
        inner.now()
    };
    (Clock::new(now, Duration::from_secs(10)), panics)
}

/// A task that takes a second, after which the clock panics the first time.
fn service(panics: &Arc<AtomicBool>) -> Service {
    let panics = Arc::clone(panics);
    let is_first = Arc::new(AtomicBool::new(true));
    Service::new(move |called| {
        let (panics, is_first) = (Arc::clone(&panics), Arc::clone(&is_first));
        async move {
            sleep(Duration::from_secs(1)).await;
            panics.store(is_first.swap(false, Ordering::SeqCst), Ordering::SeqCst);
            Ok(called.input)
        }
    })
}

async fn is_held(engine: &Engine, execution: &Execution) {
    let description = execution.describe().await.unwrap();
    assert_eq!(description.status, Status::Running);
    let held = description.held.unwrap();
    assert_eq!(held, "the engine panicked: the clock has stopped");
    // Who asks later is told as well.
    let Err(EngineError::Held(reason)) = execution.wait().await else {
        panic!("it is held");
    };
    assert_eq!(reason, held);
    assert_eq!(engine.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_is_told_and_it_goes_on_in_the_next_engine() {
    let (clock, panics) = clock();
    let service = service(&panics);
    let store = MemoryStore::new();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let execution = engine.start("one", "a", &json!(1)).await.unwrap();
    let (waits, result) = tokio::join!(execution.wait(), execution.result::<Value>());
    assert!(matches!(waits, Err(EngineError::Held(_))), "{waits:?}");
    let Err(ResultError::Engine(EngineError::Held(_))) = result else {
        panic!("{result:?}");
    };
    is_held(&engine, &execution).await;
    // Others are not concerned.
    let other = engine.start("wait", "b", &json!({ "seconds": 5 })).await.unwrap();
    other.wait().await.unwrap();

    drop((execution, other));
    timeout(Duration::from_secs(60), engine.close()).await.unwrap();
    let engine = open().await.unwrap();
    let execution = engine.execution("one", "a").await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(1)));
    assert_eq!(execution.describe().await.unwrap().held, None);
    assert_eq!(service.calls_of("Work"), 2);
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_when_it_is_told_to() {
    let (clock, panics) = clock();
    let service = service(&panics);
    let engine = builder(&service).clock(clock).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!(1)).await.unwrap();
    assert!(execution.wait().await.is_err());
    is_held(&engine, &execution).await;
    execution.resume().await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(1)));
    let history = types(&execution).await;
    assert_eq!(history.last(), Some(&"ExecutionSucceeded"));
}

#[tokio::test(start_paused = true)]
async fn who_asked_for_something_is_told() {
    let (clock, panics) = clock();
    let service = Service::echo();
    let engine = builder(&service).clock(clock).open_in_memory().await.unwrap();
    let panic_next = || panics.store(true, Ordering::SeqCst);

    // A stop: then it can be stopped as what is held.
    let stopped = engine
        .start("wait", "a", &json!({ "seconds": 90 }))
        .await
        .unwrap();
    sleep(Duration::from_millis(100)).await;
    panic_next();
    let told = stopped.stop(None, None).await;
    assert!(matches!(told, Err(EngineError::Held(_))), "{told:?}");
    is_held(&engine, &stopped).await;
    stopped.stop(Some("Enough"), None).await.unwrap();
    let (error, cause) = (Some("Enough".to_owned()), None);
    assert_eq!(stopped.wait().await.unwrap(), Outcome::Aborted { error, cause });
    assert_eq!(stopped.describe().await.unwrap().held, None);

    // An answer.
    let asking = engine.start("ask", "b", &json!({})).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    panic_next();
    let told = engine.send_task_success(&service.token(), &2).await;
    assert!(matches!(told, Err(EngineError::Held(_))), "{told:?}");
    is_held(&engine, &asking).await;
    asking.resume().await.unwrap();
    engine.send_task_success(&service.token(), &2).await.unwrap();
    assert_eq!(asking.wait().await.unwrap(), Outcome::Succeeded(json!(2)));

    // A start, of which nothing was written.
    panic_next();
    let told = engine.start("one", "c", &1).await;
    assert!(matches!(told, Err(EngineError::Held(_))), "{told:?}");
    let again = engine.start("one", "c", &1).await.unwrap();
    assert_eq!(again.wait().await.unwrap(), Outcome::Succeeded(json!(1)));

    // A redrive.
    panic_next();
    let told = stopped.redrive().await;
    assert!(matches!(told, Err(EngineError::Held(_))), "{told:?}");
    stopped.redrive().await.unwrap();
    assert!(matches!(stopped.wait().await.unwrap(), Outcome::Succeeded(_)));
    timeout(Duration::from_secs(60), engine.close()).await.unwrap();
}

/// What wakes parked executions panics: it begins anew.
#[tokio::test(start_paused = true)]
async fn parked_executions_are_woken_nevertheless() {
    let (clock, panics) = clock();
    let engine = builder(&Service::echo())
        .clock(clock)
        .open_in_memory()
        .await
        .unwrap();
    let execution = engine
        .start("wait", "a", &json!({ "seconds": 95 }))
        .await
        .unwrap();
    sleep(Duration::from_secs(52)).await;
    assert_eq!(engine.in_memory(), 0);
    panics.store(true, Ordering::SeqCst);
    sleep(Duration::from_secs(20)).await;
    assert!(!panics.load(Ordering::SeqCst));
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
}
