//! What is told of a Map Run beside its counts, and changing its limits.

use asl_runtime::durable::store::{Batch, Ended, Record, Store, Write};
use asl_runtime::durable::{EngineError, ListMapRuns};
use asl_runtime::{MapRunSummary, MapRunUpdate};
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
    engine.update_map_run(arn, update).await.unwrap();
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
        let refused = engine.update_map_run(&running.map_run_arn, update).await;
        assert!(matches!(refused, Err(EngineError::Validation(_))), "{refused:?}");
    }
    let update = MapRunUpdate::new().max_concurrency(1);
    let other = engine.start("wait", "b", &json!({ "seconds": 9 })).await.unwrap();
    for (arn, is_one) in [
        (other.arn(), false),
        ("arn:aws:states:x".to_owned(), false),
        // Of an execution that has none, and of one that is none.
        (of(&running.map_run_arn, other.id()), true),
        (of(&running.map_run_arn, 99), true),
        (running.map_run_arn.replace("Each", "Other"), true),
    ] {
        let unknown = engine.describe_map_run(&arn).await.map(drop);
        for refused in [unknown, engine.update_map_run(&arn, update).await] {
            assert!(
                match &refused {
                    Err(EngineError::InvalidArn(named)) => !is_one && *named == arn,
                    Err(EngineError::ResourceNotFound(named)) => is_one && *named == arn,
                    _ => false,
                },
                "{refused:?}"
            );
        }
    }
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    let ended = engine.update_map_run(&running.map_run_arn, update).await;
    assert!(
        matches!(ended, Err(EngineError::ResourceNotFound(_))),
        "{ended:?}"
    );
    assert_eq!(
        limits(&map_run(&execution).await),
        (MapRunSummary::UNLIMITED, 0, 0.0)
    );
}

/// The ARN of a Map Run as one of this execution would have it.
fn of(map_run_arn: &str, id: u64) -> String {
    let (start, _) = map_run_arn.rsplit_once('-').unwrap();
    format!("{start}-{id:012x}")
}

#[tokio::test(start_paused = true)]
async fn map_runs_are_listed_in_pages_and_described_by_their_arns() {
    let (service, mended) = service();
    let store = MemoryStore::new();
    let open = || builder(&service).clock(clock()).open_store(store.clone());
    let engine = open().await.unwrap();
    let all = json!({ "first": [2, 4], "second": [1] });
    let execution = engine.start("twice", "a", &all).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let described = execution.map_runs().await.unwrap();
    let arn = execution.arn();
    let list = || ListMapRuns::of(&*arn);
    let page = engine.list_map_runs(list().limit(1)).await.unwrap();
    let next = list().limit(1).after(&page.next_token.clone().unwrap()).unwrap();
    let next = engine.list_map_runs(next).await.unwrap();
    assert_eq!(next.next_token, None);
    let whole = engine.list_map_runs(list()).await.unwrap();
    assert_eq!(whole.map_runs, [page.map_runs, next.map_runs].concat());
    assert_eq!(whole.next_token, None);
    assert_eq!(engine.list_map_runs(list().limit(0)).await.unwrap(), whole);
    let machines: Vec<_> = whole.map_runs.iter().map(|listed| &listed.machine).collect();
    assert_eq!(machines, ["twice/First", "twice/Second"]);
    for (listed, described) in whole.map_runs.iter().zip(&described) {
        assert_eq!(listed.execution_arn, execution.arn());
        assert_eq!(listed.map_run_arn, *described.map_run_arn);
        assert_eq!(listed.start_time, described.start_time);
        assert_eq!(listed.stop_time, described.stop_time);
        let by_arn = engine.describe_map_run(&listed.map_run_arn).await.unwrap();
        assert_eq!(by_arn, *described);
        // The definition has no limit.
        assert_eq!(by_arn.max_concurrency, MapRunSummary::UNLIMITED);
    }
    assert_eq!(described[1].status, MapRunStatus::Failed);

    // Its children are Express executions, of which the store has none; and the engine is another one.
    mended.store(true, Ordering::SeqCst);
    drop(execution);
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("twice", "a").await.unwrap();
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    let again = engine.describe_map_run(&described[1].map_run_arn).await.unwrap();
    assert_eq!((again.status, again.redrive_count), (MapRunStatus::Succeeded, 1));

    let refused = engine
        .list_map_runs(ListMapRuns::of(&*described[0].map_run_arn))
        .await;
    assert!(matches!(refused, Err(EngineError::InvalidArn(_))), "{refused:?}");
    let unknown = ListMapRuns::of(execution.arn().replace(":a", ":b"));
    let refused = engine.list_map_runs(unknown).await;
    assert!(
        matches!(refused, Err(EngineError::ExecutionDoesNotExist(_))),
        "{refused:?}"
    );
    assert!(matches!(list().after("x"), Err(EngineError::InvalidToken(_))));
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
            events: events.into(),
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
    store.write(&Batch::of(&writes)).unwrap();

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
