//! The engine panics while it brings an execution into memory. A process of its own: what is traced is decided for all
//! threads, and so others would decide whether there is a span.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use asl_runtime::{Outcome, json};
use durable_tests::{Service, builder, clock};
use tokio::time::sleep;
use tracing::{
    Metadata,
    span::{Attributes, Id},
};

/// What is told of spans, and panics at the next one if it is told so.
struct Subscriber(Arc<AtomicBool>);

impl tracing::Subscriber for Subscriber {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        assert!(!self.0.swap(false, Ordering::SeqCst), "no span");
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// One that is brought into memory for a worker panics there: the next one's task is offered.
#[tokio::test(start_paused = true)]
async fn what_a_held_execution_offers_is_passed_over() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let panics = Arc::new(AtomicBool::new(false));
    let _subscribed = tracing::subscriber::set_default(Subscriber(Arc::clone(&panics)));
    let mut painted = Vec::new();
    for name in ["a", "b"] {
        painted.push(engine.start("paint", name, &name).await.unwrap());
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(engine.in_memory(), 0);
    panics.store(true, Ordering::SeqCst);
    let take = async || engine.get_activity_task("paint", None).await.unwrap().unwrap();
    let task = take().await;
    assert_eq!(task.input, json!("b"));
    assert!(painted[0].describe().await.unwrap().held.is_some());
    engine.send_task_success(&task.token, &2).await.unwrap();
    assert_eq!(painted[1].wait().await.unwrap(), Outcome::Succeeded(json!(2)));

    painted[0].resume().await.unwrap();
    let task = take().await;
    assert_eq!(task.input, json!("a"));
    engine.send_task_success(&task.token, &1).await.unwrap();
    assert_eq!(painted[0].wait().await.unwrap(), Outcome::Succeeded(json!(1)));
}
