//! What is told of a Map Run beside its counts, and changing its limits.

use asl_runtime::MapRunUpdate;
use asl_runtime::durable::EngineError;
use asl_runtime::durable::store::{Ended, Record, Store, Write};
use durable_tests::START;

use super::*;

fn limits(map_run: &MapRunSummary) -> (u32, u64, f64) {
    (
        map_run.max_concurrency,
        map_run.tolerated_failure_count,
        map_run.tolerated_failure_percentage,
    )
}

#[tokio::test(start_paused = true)]
async fn a_map_run_tells_its_times_and_its_limits() {
    let (service, mended) = service();
    let (store, clock) = (MemoryStore::new(), clock());
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let all = input(&json!([3, 5, 7]), 2, 1);
    let execution = engine.start("batch", "a", &all).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    let running = map_run(&execution).await;
    assert_eq!(*running.execution_arn, execution.arn());
    assert_eq!(running.start_time.since(execution.start_time()).as_secs(), 0);
    assert_eq!((running.status, running.stop_time), (MapRunStatus::Running, None));
    assert_eq!(limits(&running), (2, 1, 0.0));

    let update = MapRunUpdate::new()
        .max_concurrency(1)
        .tolerated_failure_percentage(12.5);
    let arn = &*running.map_run_arn;
    execution.update_map_run(arn, update).await.unwrap();
    assert_eq!(limits(&map_run(&execution).await), (1, 1, 12.5));
    // It is in the journal.
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("batch", "a").await.unwrap();
    assert_eq!(limits(&map_run(&execution).await), (1, 1, 12.5));

    // 5 fails as the second one; 7 is started by then, for there is room for one.
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let failed = map_run(&execution).await;
    let stopped = execution.describe().await.unwrap().stop_time;
    assert_eq!((failed.status, failed.stop_time), (MapRunStatus::Failed, stopped));
    assert_eq!(limits(&failed), (1, 1, 12.5));

    // A redrive goes on with the limits that it has by then.
    mended.store(true, Ordering::SeqCst);
    let at = execution.redrive().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    let again = map_run(&execution).await;
    assert_eq!((again.start_time, again.stop_time), (running.start_time, None));
    assert_eq!(again.redrive_time, Some(at));
    assert_eq!(limits(&again), (1, 1, 12.5));
    assert_eq!(again.executions.running, 1);
    execution.stop(None, None).await.unwrap();
    let aborted = map_run(&execution).await;
    let stopped = execution.describe().await.unwrap().stop_time;
    assert_eq!(
        (aborted.status, aborted.stop_time),
        (MapRunStatus::Aborted, stopped)
    );
}

#[tokio::test(start_paused = true)]
async fn limits_that_are_none_and_map_runs_that_are_none_are_refused() {
    let (service, _) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine
        .start("batch", "a", &input(&json!([2]), 0, 0))
        .await
        .unwrap();
    sleep(Duration::from_millis(500)).await;
    let running = map_run(&execution).await;
    for percentage in [-0.5, 100.5, f64::NAN] {
        let update = MapRunUpdate::new().tolerated_failure_percentage(percentage);
        let refused = execution.update_map_run(&running.map_run_arn, update).await;
        assert!(matches!(refused, Err(EngineError::Validation(_))), "{refused:?}");
    }
    let update = MapRunUpdate::new().max_concurrency(1);
    let unknown = execution.update_map_run("arn:aws:states:x", update).await;
    let Err(EngineError::ResourceNotFound(arn)) = unknown else {
        panic!("{unknown:?}");
    };
    assert_eq!(arn, "arn:aws:states:x");
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    let ended = execution.update_map_run(&running.map_run_arn, update).await;
    assert!(
        matches!(ended, Err(EngineError::ResourceNotFound(_))),
        "{ended:?}"
    );
    assert_eq!(limits(&map_run(&execution).await), (0, 0, 0.0));
}

/// A journal that tells of a thousand redrives in vain.
#[tokio::test(start_paused = true)]
async fn a_map_run_is_redriven_a_thousand_times_and_no_more() {
    let (service, mended) = service();
    let store = MemoryStore::new();
    let open = || builder(&service).clock(clock()).open_store(store.clone());
    let engine = open().await.unwrap();
    let all = input(&json!([1]), 0, 0);
    let execution = engine.start("batch", "a", &all).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let id = execution.id();
    engine.close().await;
    let mut writes = vec![Write::Redrive {
        execution: id,
        at: START,
        count: 1_000,
        ticket: None,
    }];
    let mut append = |events: String| {
        let record = Record {
            number: 2 + writes.len() as u64 - 1,
            at: START + Duration::from_secs(60),
            events,
        };
        writes.push(Write::Append {
            execution: id,
            record,
        });
    };
    for ticket in 2..1_002 {
        append(r#"[["Redriven"]]"#.to_owned());
        append(format!(r#"[["ChildEnded",[{ticket},0,0],["FAILED","Odd","1"]]]"#));
    }
    writes.push(Write::End {
        execution: id,
        status: Status::Failed,
        at: START + Duration::from_secs(60),
        error: None,
        cause: None,
        ended: Ended::default(),
        parent: None,
    });
    store.write(&mut writes).unwrap();

    mended.store(true, Ordering::SeqCst);
    let engine = open().await.unwrap();
    let execution = engine.execution("batch", "a").await.unwrap();
    assert_eq!(map_run(&execution).await.redrive_count, 1_000);
    execution.redrive().await.unwrap();
    let Outcome::Failed { error, cause } = execution.wait().await.unwrap() else {
        panic!("it was redriven once more");
    };
    assert_eq!(error.as_deref(), Some("States.Runtime"));
    assert!(cause.unwrap().contains("1000 times"));
    assert_eq!(map_run(&execution).await.redrive_count, 1_000);
    assert_eq!(calls(&service, "Item", &[1]), [1]);
}
