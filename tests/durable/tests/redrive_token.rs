//! Redriving an execution once for a client token.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::durable::store::{MemoryStore, StoreError};
use asl_runtime::durable::{EngineError, Execution, Status};
use asl_runtime::{Outcome, TaskError, Timestamp, json};
use durable_tests::{Service, TestStore, builder, clock, types};
use tokio::time::sleep;

/// A task that takes a second and fails.
fn failing() -> Service {
    Service::new(|_| async move {
        sleep(Duration::from_secs(1)).await;
        Err(TaskError::new("Broken", "again"))
    })
}

async fn failed(execution: &Execution) {
    let outcome = execution.wait().await.unwrap();
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
}

async fn redrives(execution: &Execution) -> (u32, Option<Timestamp>, usize) {
    let description = execution.describe().await.unwrap();
    let types = types(execution).await;
    let events = types.iter().filter(|kind| **kind == "ExecutionRedriven");
    (
        description.redrive_count,
        description.redrive_time,
        events.count(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_token_is_good_for_one_redrive() {
    let (service, store, clock) = (failing(), MemoryStore::new(), clock());
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let execution = engine.start("one", "a", &1).await.unwrap();
    let early = execution.redrive_with_token("t1").await;
    assert!(
        matches!(early, Err(EngineError::ExecutionNotRedrivable(_))),
        "{early:?}"
    );
    failed(&execution).await;

    // By several at once, while it runs, when it has failed again, and in another engine.
    let redrive = || execution.redrive_with_token("t1");
    let (first, second, third) = tokio::join!(redrive(), redrive(), redrive());
    let at = first.unwrap();
    assert_eq!((second.unwrap(), third.unwrap()), (at, at));
    assert_eq!(execution.describe().await.unwrap().status, Status::Running);
    assert_eq!(redrive().await.unwrap(), at);
    failed(&execution).await;
    assert_eq!(redrive().await.unwrap(), at);
    assert_eq!(redrives(&execution).await, (1, Some(at), 1));
    drop(execution);
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("one", "a").await.unwrap();
    assert_eq!(execution.redrive_with_token("t1").await.unwrap(), at);
    assert_eq!(service.calls_of("Work"), 2);

    // Tokens are told apart, also by their case.
    sleep(Duration::from_secs(60)).await;
    let other = execution.redrive_with_token("T1").await.unwrap();
    assert!(other > at);
    failed(&execution).await;
    assert_eq!(execution.redrive_with_token("t1").await.unwrap(), at);
    assert_eq!(redrives(&execution).await, (2, Some(other), 2));

    // That of another execution is another one.
    let next = engine.start("one", "b", &1).await.unwrap();
    failed(&next).await;
    assert!(next.redrive_with_token("t1").await.unwrap() > other);
    failed(&next).await;

    // It is known for 15 minutes.
    sleep(Duration::from_secs(14 * 60 - 10)).await;
    assert_eq!(execution.redrive_with_token("t1").await.unwrap(), at);
    sleep(Duration::from_secs(20)).await;
    let again = execution.redrive_with_token("t1").await.unwrap();
    assert!(again > other);
    failed(&execution).await;
    assert_eq!(redrives(&execution).await, (3, Some(again), 3));
}

#[tokio::test(start_paused = true)]
async fn ten_tokens_are_known() {
    let engine = builder(&failing()).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &1).await.unwrap();
    failed(&execution).await;
    let mut times = Vec::new();
    for number in 0..11 {
        // Those without a token do not count.
        execution.redrive().await.unwrap();
        failed(&execution).await;
        times.push(execution.redrive_with_token(&number.to_string()).await.unwrap());
        failed(&execution).await;
    }
    for (number, at) in times.iter().enumerate().skip(1) {
        let known = execution.redrive_with_token(&number.to_string()).await;
        assert_eq!(known.unwrap(), *at);
    }
    assert_eq!(redrives(&execution).await.0, 22);
    assert!(execution.redrive_with_token("0").await.unwrap() > times[10]);
    failed(&execution).await;
}

/// The answer of the commit is lost: who asks again learns that it was redriven.
#[tokio::test(start_paused = true)]
async fn a_redrive_whose_answer_was_lost_is_the_one() {
    let (service, store) = (failing(), TestStore::losing_answers());
    let open = builder(&service).clock(clock()).open_store(store.clone());
    let engine = open.await.unwrap();
    let execution = engine.start("one", "a", &1).await.unwrap();
    failed(&execution).await;
    store.fail_after(0, StoreError::Failed("who knows".to_owned()));
    let lost = execution.redrive_with_token("t").await;
    assert!(matches!(lost, Err(EngineError::Store(_))), "{lost:?}");
    store.heal();
    let at = execution.redrive_with_token("t").await.unwrap();
    failed(&execution).await;
    assert_eq!(redrives(&execution).await, (1, Some(at), 1));
    assert_eq!(service.calls_of("Work"), 2);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_none_are_refused() {
    let engine = builder(&failing()).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!({})).await.unwrap();
    failed(&execution).await;
    for token in ["", "a b", "ü", "\n", &"x".repeat(65)] {
        let refused = execution.redrive_with_token(token).await;
        assert!(
            matches!(&refused, Err(EngineError::Validation(text)) if text.contains("'clientToken'")),
            "{refused:?}"
        );
    }
    execution.redrive_with_token(&"~".repeat(64)).await.unwrap();
    failed(&execution).await;
}
