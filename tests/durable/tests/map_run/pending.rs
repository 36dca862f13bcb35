//! Children that wait to be redriven, as they are described and listed.

use asl_runtime::durable::{Description, EngineError, RedriveStatus};

use super::*;

async fn names(engine: &Engine, list: List) -> Vec<String> {
    let list = engine.list(list).await.unwrap();
    list.executions.into_iter().map(|child| child.name).collect()
}

/// The child for an item. Those that start together are listed in any order.
async fn child_of(engine: &Engine, item: &Value) -> Description {
    for name in names(engine, List::of("batch/Each")).await {
        let child = engine.execution("batch/Each", &name).await.unwrap();
        let description = child.describe().await.unwrap();
        if description.input == *item {
            return description;
        }
    }
    panic!("there is no child for {item}");
}

#[tokio::test(start_paused = true)]
async fn children_are_pending_until_they_are_redriven() {
    let (service, mended) = service();
    let (store, clock) = (MemoryStore::new(), clock());
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    // All of them fail, and then there is room for one at a time.
    let all = input(&json!([1, 3, 5]), 1, 2);
    let execution = engine.start("batch", "a", &all).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let arn = map_run(&execution).await.map_run_arn;
    let of_run = || List::of_map_run(&*arn);
    let with = |status| of_run().with_status(status);
    let [five, three, one] = <[String; 3]>::try_from(names(&engine, of_run()).await).unwrap();
    assert_eq!(names(&engine, with(Status::Failed)).await.len(), 3);
    assert!(names(&engine, with(Status::PendingRedrive)).await.is_empty());
    assert!(names(&engine, of_run().redriven()).await.is_empty());
    let child = engine.execution("batch/Each", &five).await.unwrap();
    let description = child.describe().await.unwrap();
    assert_eq!(description.status, Status::Failed);
    assert_eq!(description.redrive_status, RedriveStatus::RedrivableByMapRun);
    assert_eq!(description.redrive_status_reason, None);

    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    // The same whether the engine is there all the time or not.
    engine.close().await;
    let engine = open().await.unwrap();
    let pending = with(Status::PendingRedrive);
    assert_eq!(names(&engine, pending.clone()).await, [&*five, &*three]);
    assert_eq!(names(&engine, with(Status::Running)).await, [&*one]);
    assert!(names(&engine, with(Status::Failed)).await.is_empty());
    assert_eq!(names(&engine, of_run().redriven()).await, [&*one]);
    assert_eq!(names(&engine, of_run().not_redriven()).await, [&*five, &*three]);
    let first = engine.list(pending.clone().limit(1)).await.unwrap();
    let after = pending
        .clone()
        .limit(1)
        .after(&first.next_token.unwrap())
        .unwrap();
    assert_eq!(names(&engine, after).await, [&*three]);
    let child = engine.execution("batch/Each", &five).await.unwrap();
    let description = child.describe().await.unwrap();
    assert_eq!(description.status, Status::PendingRedrive);
    assert_eq!(description.redrive_status, RedriveStatus::RedrivableByMapRun);
    assert!(matches!(
        child.redrive().await,
        Err(EngineError::ExecutionNotRedrivable(_))
    ));
    let listed = engine.list(List::of("batch/Each")).await.unwrap().executions;
    let statuses: Vec<_> = listed.iter().map(|child| child.status).collect();
    assert_eq!(
        statuses,
        [Status::PendingRedrive, Status::PendingRedrive, Status::Running]
    );
    assert_eq!(listed[2].item_count, Some(1));
    assert!(listed[2].redrive_time.is_some() && listed[0].redrive_time.is_none());

    // Those that did not come to it are as they were.
    let execution = engine.execution("batch", "a").await.unwrap();
    execution.stop(None, None).await.unwrap();
    // The child is stopped a moment after its execution.
    let running = engine.execution("batch/Each", &one).await.unwrap();
    assert!(matches!(running.wait().await.unwrap(), Outcome::Aborted { .. }));
    assert_eq!(names(&engine, with(Status::Failed)).await, [&*five, &*three]);
    assert_eq!(names(&engine, with(Status::Aborted)).await, [&*one]);
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    assert!(names(&engine, pending).await.is_empty());
    assert_eq!(names(&engine, of_run().redriven()).await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn filters_for_children_are_refused_elsewhere() {
    let (service, _) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    for list in [
        List::all().with_status(Status::PendingRedrive),
        List::of("batch").redriven(),
        List::of("batch").not_redriven(),
    ] {
        let refused = engine.list(list).await;
        assert!(matches!(refused, Err(EngineError::Validation(_))), "{refused:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_ended_too_long_ago_is_counted_before_it_is_tried() {
    const WEEK: i64 = 7 * 86_400;
    let (service, _) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let items = json!([1, (WEEK + 1), (WEEK + 3)]);
    let execution = engine.start("batch", "a", &input(&items, 0, 1)).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let not_redrivable = async || {
        let map_run = map_run(&execution).await;
        [
            map_run.executions.failures_not_redrivable,
            map_run.items.failures_not_redrivable,
        ]
    };
    assert_eq!(not_redrivable().await, [0, 0]);
    sleep(10 * DAY).await;
    assert_eq!(not_redrivable().await, [1, 1]);
    let description = child_of(&engine, &json!(1)).await;
    assert_eq!(description.redrive_status, RedriveStatus::NotRedrivable);
    assert_eq!(
        description.redrive_status_reason.as_deref(),
        Some("Execution redrivable period exceeded")
    );
    sleep(10 * DAY).await;
    assert_eq!(not_redrivable().await, [3, 3]);
}
