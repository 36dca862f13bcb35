//! Children whose history has no room for a redrive.

use asl_runtime::durable::{Limits, RedriveStatus};

use super::*;

/// Engines whose histories end with the failure of an `Item`.
async fn open(service: &Service, clock: &asl_runtime::durable::Clock, store: &TestStore) -> Engine {
    let mut limits = Limits::default();
    limits.history_events = 12;
    let builder = builder(service).clock(clock.clone()).limits(limits);
    builder.open_store(store.clone()).await.unwrap()
}

fn not_redrivable(map_run: &MapRunSummary) -> [u64; 2] {
    [
        map_run.executions.failures_not_redrivable,
        map_run.items.failures_not_redrivable,
    ]
}

#[tokio::test(start_paused = true)]
async fn a_full_history_is_told_before_a_redrive_is_tried() {
    let (service, mended) = service();
    let (store, clock) = (TestStore::default(), clock());
    let engine = open(&service, &clock, &store).await;
    let execution = engine
        .start("batch", "a", &input(&json!([2, 3]), 0, 0))
        .await
        .unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    assert_eq!(not_redrivable(&map_run(&execution).await), [1, 1]);
    let failed = engine
        .list(List::of("batch/Each").with_status(Status::Failed))
        .await
        .unwrap();
    let [child] = &failed.executions[..] else {
        panic!("one failed: {failed:?}");
    };
    let child = engine.execution_by_arn(&child.arn).await.unwrap();
    let description = child.describe().await.unwrap();
    assert_eq!(description.redrive_status, RedriveStatus::NotRedrivable);
    assert_eq!(
        description.redrive_status_reason.as_deref(),
        Some("Execution history event limit exceeded")
    );

    // The Map Run does not try it, and fails with it again.
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let again = map_run(&execution).await;
    assert_eq!(
        (not_redrivable(&again), counts(&again.items)),
        ([1, 1], [0, 0, 1, 1, 0, 0, 2])
    );
    assert_eq!(calls(&service, "Item", &[2, 3]), [1, 1]);
    // It is counted once, also when what ended long ago is counted.
    sleep(15 * DAY).await;
    assert_eq!(not_redrivable(&map_run(&execution).await), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_full_history_is_told_whenever_the_engine_goes_away() {
    for step in 1..25 {
        let (service, _) = service();
        let (store, clock) = (TestStore::default(), clock());
        let engine = open(&service, &clock, &store).await;
        store.fail_after(step, StoreError::Failed("the process is about to die".to_owned()));
        let _ = engine.start("batch", "a", &input(&json!([2, 3]), 0, 0)).await;
        sleep(Duration::from_secs(20)).await;
        engine.close().await;
        store.heal();
        let engine = open(&service, &clock, &store).await;
        let execution = engine.execution("batch", "a").await.unwrap();
        assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
        assert_eq!(not_redrivable(&map_run(&execution).await), [1, 1], "{step}");
    }
}
