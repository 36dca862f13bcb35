//! Redriving executions whose Map Run failed: the same Map Run goes on.

#![allow(clippy::unwrap_used, reason = "a test")]

mod described;
mod full;
mod pending;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use asl_runtime::durable::store::{MemoryStore, StoreError};
use asl_runtime::durable::{Engine, Execution, List, Status};
use asl_runtime::objects::MemoryObjects;
use asl_runtime::{MapRunCounts, MapRunStatus, MapRunSummary, Outcome, TaskError, Value, json};
use durable_tests::{Called, Service, TestStore, builder, clock, events, export, types};
use tokio::time::sleep;

const DAY: Duration = Duration::from_secs(86_400);

/// `Item` takes a second for each unit of its input, and fails for odd numbers until that is mended.
fn service() -> (Service, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let service = Service::new(move |called: Called| {
        let is_mended = is_mended.load(Ordering::SeqCst);
        async move {
            let Some(number) = called.input.as_u64().filter(|_| called.state == "Item") else {
                return Ok(called.input);
            };
            sleep(Duration::from_secs(number)).await;
            if number % 2 == 1 && !is_mended {
                return Err(TaskError::new("Odd", number.to_string()));
            }
            Ok(json!(number * 10))
        }
    });
    (service, mended)
}

fn input(items: &Value, at_once: u64, tolerated: u64) -> Value {
    json!({ "items": (items.clone()), "atOnce": at_once, "tolerated": tolerated })
}

fn counts(counts: &MapRunCounts) -> [u64; 7] {
    [
        counts.pending,
        counts.running,
        counts.succeeded,
        counts.failed,
        counts.aborted,
        counts.pending_redrive,
        counts.total,
    ]
}

async fn map_run(execution: &Execution) -> MapRunSummary {
    let mut map_runs = execution.map_runs().await.unwrap();
    let map_run = map_runs.pop().unwrap();
    assert!(map_runs.is_empty(), "{map_runs:?}");
    map_run
}

/// How often a task was called, by its input.
fn calls(service: &Service, state: &str, numbers: &[i64]) -> Vec<usize> {
    let calls = service.calls();
    let count = |number: i64| {
        let is_it = |called: &&Called| called.state == state && called.input == json!(number);
        calls.iter().filter(is_it).count()
    };
    numbers.iter().map(|number| count(*number)).collect()
}

async fn children(engine: &Engine) -> Vec<(String, Status, u32)> {
    let list = engine.list(List::of("batch/Each")).await.unwrap();
    let children = list.executions.into_iter();
    let mut children: Vec<_> = children
        .map(|child| (child.name, child.status, child.redrive_count))
        .collect();
    children.sort();
    children
}

#[tokio::test(start_paused = true)]
async fn children_that_did_not_succeed_go_on_in_the_same_map_run() {
    let (service, mended) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    // 3 fails after 3 seconds, while 4 is under way and 6 has not started.
    let input = input(&json!([2, 3, 4, 6]), 3, 0);
    let execution = engine.start("batch", "a", &input).await.unwrap();
    let Outcome::Failed { error, .. } = execution.wait().await.unwrap() else {
        panic!("3 is odd");
    };
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    sleep(Duration::from_secs(1)).await;
    let failed = map_run(&execution).await;
    assert_eq!(
        (failed.status, failed.redrive_count, failed.redrive_time),
        (MapRunStatus::Failed, 0, None)
    );
    assert_eq!(counts(&failed.items), [0, 0, 1, 1, 2, 0, 4]);
    let before = events(&execution).await;
    let first = children(&engine).await;

    mended.store(true, Ordering::SeqCst);
    let at = execution.redrive().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    let running = map_run(&execution).await;
    assert_eq!(running.map_run_arn, failed.map_run_arn);
    assert_eq!(
        (running.status, running.redrive_count, running.redrive_time),
        (MapRunStatus::Running, 1, Some(at))
    );
    assert_eq!(counts(&running.items), [0, 3, 1, 0, 0, 0, 4]);
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("it is mended");
    };
    assert_eq!(output, json!([20, 30, 40, 60]));
    let succeeded = map_run(&execution).await;
    assert_eq!(
        (succeeded.status, counts(&succeeded.items)),
        (MapRunStatus::Succeeded, [0, 0, 4, 0, 0, 0, 4])
    );
    assert_eq!(calls(&service, "First", &[2, 3, 4, 6]), [1, 1, 1, 1]);
    assert_eq!(calls(&service, "Item", &[2, 3, 4, 6]), [1, 2, 2, 2]);

    let history = events(&execution).await;
    assert_eq!(history[..before.len()], before[..]);
    let last = before.len() as u64;
    let appended: Vec<_> = history[before.len()..]
        .iter()
        .map(|event| (event.event_type.as_str(), event.previous_event_id))
        .collect();
    assert_eq!(
        appended[..5],
        [
            ("ExecutionRedriven", 0),
            ("MapRunRedriven", last + 1),
            ("MapRunSucceeded", last + 2),
            ("MapStateSucceeded", last + 3),
            ("MapStateExited", last + 3),
        ]
    );
    let redriven = &history[before.len() + 1].details;
    assert_eq!(redriven.map_run_arn.as_deref(), Some(&*failed.map_run_arn));
    assert_eq!(redriven.redrive_count, Some(1));

    let after = children(&engine).await;
    assert_eq!(after.len(), 4);
    for ((name, status, _), (same, now, redrives)) in first.iter().zip(&after) {
        assert_eq!((name, *now), (same, Status::Succeeded));
        assert_eq!(*redrives, u32::from(*status != Status::Succeeded));
        let child = engine.execution("batch/Each", name).await.unwrap();
        let is_redriven = types(&child).await.contains(&"ExecutionRedriven");
        assert_eq!(is_redriven, *status != Status::Succeeded);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_started_is_started_and_the_rest_waits_for_its_turn() {
    let (service, mended) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let input = input(&json!([1, 3, 5, 2, 4]), 2, 0);
    let execution = engine.start("batch", "a", &input).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    assert_eq!(counts(&map_run(&execution).await.items), [3, 0, 0, 1, 1, 0, 5]);
    // Again in vain: 1 fails at once again, and 3 is stopped.
    for redrive in 1..=2 {
        execution.redrive().await.unwrap();
        assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
        let failed = map_run(&execution).await;
        assert_eq!(failed.redrive_count, redrive);
        assert_eq!(counts(&failed.executions), [3, 0, 0, 1, 1, 0, 5]);
    }
    execution.stop(None, None).await.unwrap();
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    // While it waits, it is stopped and redriven once more.
    execution.stop(None, None).await.unwrap();
    let stopped = map_run(&execution).await;
    assert_eq!(
        (stopped.status, counts(&stopped.items)),
        (MapRunStatus::Aborted, [3, 0, 0, 0, 2, 0, 5])
    );
    execution.redrive().await.unwrap();
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("it is mended");
    };
    assert_eq!(output, json!([10, 30, 50, 20, 40]));
    assert_eq!(calls(&service, "First", &[1, 3, 5, 2, 4]), [1, 1, 1, 1, 1]);
    assert_eq!(calls(&service, "Item", &[5, 2, 4]), [1, 1, 1]);
    let kinds = types(&execution).await;
    let count = |kind: &str| kinds.iter().filter(|of| **of == kind).count();
    assert_eq!([count("MapRunStarted"), count("MapRunRedriven")], [1, 4]);
}

#[tokio::test(start_paused = true)]
async fn children_wait_for_their_redrive() {
    let (service, mended) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    // All of them end before too many have failed; then there is room for one at a time.
    let all = input(&json!([1, 3, 5]), 1, 2);
    let execution = engine.start("batch", "a", &all).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(counts(&map_run(&execution).await.items), [0, 1, 0, 0, 0, 2, 3]);
    // Those that were not redriven yet are as they were.
    execution.stop(None, None).await.unwrap();
    assert_eq!(counts(&map_run(&execution).await.items), [0, 0, 0, 2, 1, 0, 3]);
    execution.redrive().await.unwrap();
    let outcome = execution.wait().await.unwrap();
    assert_eq!(outcome, Outcome::Succeeded(json!([10, 30, 50])));
    let children = children(&engine).await;
    let redrives = children.iter().map(|(_, _, redrives)| redrives);
    assert_eq!(redrives.sum::<u32>(), 4);
}

#[tokio::test(start_paused = true)]
async fn express_children_are_started_once_more() {
    let (service, mended) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let input = input(&json!([2, 3]), 0, 0);
    let execution = engine.start("quick", "a", &input).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    let outcome = execution.wait().await.unwrap();
    assert_eq!(outcome, Outcome::Succeeded(json!([20, 30])));
    assert_eq!(map_run(&execution).await.redrive_count, 1);
    assert_eq!(calls(&service, "First", &[2, 3]), [1, 2]);
    let calls = service.calls();
    let mut names = calls
        .iter()
        .filter(|called| called.input == json!(3))
        .map(|called| &called.execution);
    let first = names.next().unwrap();
    assert!(names.all(|name| name == first));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ended_too_long_ago_stays_as_it_is() {
    const WEEK: i64 = 7 * 86_400;
    let (service, mended) = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let items = json!([1, (WEEK + 1), (WEEK + 3)]);
    let execution = engine.start("batch", "a", &input(&items, 0, 1)).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    sleep(10 * DAY).await;
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("one failure is tolerated");
    };
    assert_eq!(output[0]["Status"], json!("FAILED"));
    assert_eq!(output[0]["RedriveCount"], json!(0));
    assert_eq!(output[2], json!((WEEK + 3) * 10));
    let map_run = map_run(&execution).await;
    assert_eq!(counts(&map_run.items), [0, 0, 2, 1, 0, 0, 3]);
    assert_eq!(map_run.items.failures_not_redrivable, 1);
    assert_eq!(calls(&service, "Item", &[1, WEEK + 1, WEEK + 3]), [1, 2, 2]);
}

/// Runs a batch that fails and is redriven, with an engine that goes away after every `step` records.
async fn disturbed(store: &TestStore, step: u64) -> (Outcome, Vec<&'static str>, MapRunSummary, Service) {
    let (service, mended) = service();
    let clock = clock();
    let input = input(&json!([2, 3, 4, 6, 5]), 3, 0);
    let (mut is_started, mut is_redriven) = (false, false);
    for _ in 0..300 {
        store.heal();
        let open = builder(&service).clock(clock.clone()).open_store(store.clone());
        let engine = open.await.unwrap();
        if !is_started {
            engine.start("batch", "a", &input).await.unwrap();
            is_started = true;
        }
        let execution = engine.execution("batch", "a").await.unwrap();
        match execution.describe().await.unwrap().status {
            Status::Running => {}
            Status::Failed if !is_redriven => {
                mended.store(true, Ordering::SeqCst);
                execution.redrive().await.unwrap();
                is_redriven = true;
            }
            _ => {
                let outcome = execution.wait().await.unwrap();
                let (types, map_run) = (types(&execution).await, map_run(&execution).await);
                let running = List::all().with_status(Status::Running);
                assert!(engine.list(running).await.unwrap().executions.is_empty());
                return (outcome, types, map_run, service);
            }
        }
        let before = store.records();
        store.fail_after(step, StoreError::Failed("the process is about to die".to_owned()));
        for _ in 0..20 {
            if store.records() >= before + step {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        engine.close().await;
    }
    panic!("the batch does not end");
}

#[tokio::test(start_paused = true)]
async fn a_redrive_goes_on_whenever_the_engine_goes_away() {
    let (_, expected, ..) = disturbed(&TestStore::default(), 1_000).await;
    assert_eq!(
        expected.iter().filter(|kind| **kind == "MapRunRedriven").count(),
        1
    );
    for (step, store) in [
        (1, TestStore::default()),
        (2, TestStore::default()),
        (3, TestStore::default()),
        (7, TestStore::default()),
        (1, TestStore::losing_answers()),
        (2, TestStore::losing_answers()),
        (5, TestStore::losing_answers()),
    ] {
        let (outcome, types, map_run, service) = disturbed(&store, step).await;
        assert_eq!(outcome, Outcome::Succeeded(json!([20, 30, 40, 60, 50])), "{step}");
        assert_eq!(types, expected, "{step}");
        assert_eq!(counts(&map_run.items), [0, 0, 5, 0, 0, 0, 5], "{step}");
        assert_eq!(map_run.redrive_count, 1, "{step}");
        // What succeeded before the redrive is never called again, and what is called again has the key of the first call.
        let calls = service.calls();
        let of_two = calls
            .iter()
            .filter(|called| called.state == "Item" && called.input == json!(2));
        let keys: std::collections::BTreeSet<_> = of_two.map(|called| &called.key).collect();
        assert_eq!(keys.len(), 1, "{step}");
    }
}

/// An engine with `export`, which reads and writes these objects.
async fn exporting(service: &Service, objects: &MemoryObjects) -> Engine {
    let machine = service.machine(&export::MACHINE).with_objects(objects.clone());
    let builder = builder(service).clock(clock()).machine(machine);
    builder.open_store(MemoryStore::new()).await.unwrap()
}

fn read(objects: &MemoryObjects, key: &str) -> Value {
    let content = objects.content("out", key).unwrap();
    Value::from_json(&String::from_utf8(content).unwrap()).unwrap()
}

fn keys(objects: &MemoryObjects) -> Vec<String> {
    let keys = objects.keys("out").into_iter();
    let file = |key: String| key.rsplit('/').next().map(str::to_owned);
    keys.filter_map(file).collect()
}

#[tokio::test(start_paused = true)]
async fn results_are_those_of_the_redrive() {
    let (service, mended) = service();
    let objects = MemoryObjects::new()
        .object("in", "items", "[2, 3, 4, 6, 8]")
        .bucket("out");
    let engine = exporting(&service, &objects).await;
    let execution = engine
        .start("export", "a", &input(&json!([]), 3, 0))
        .await
        .unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    assert_eq!(
        keys(&objects),
        [
            "FAILED_0.json",
            "PENDING_0.json",
            "SUCCEEDED_0.json",
            "manifest.json"
        ]
    );
    let failed = map_run(&execution).await;
    assert_eq!(counts(&failed.items), [1, 0, 1, 1, 2, 0, 5]);
    assert_eq!(failed.items.results_written, 4);
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    let Outcome::Succeeded(output) = execution.wait().await.unwrap() else {
        panic!("it is mended");
    };
    let manifest = read(&objects, output["ResultWriterDetails"]["Key"].as_str().unwrap());
    let files = &manifest["ResultFiles"];
    assert_eq!([&files["FAILED"], &files["PENDING"]], [&json!([]), &json!([])]);
    let mut outputs = Vec::new();
    for file in files["SUCCEEDED"].as_array().unwrap() {
        for result in read(&objects, file["Key"].as_str().unwrap()).as_array().unwrap() {
            outputs.push((
                result["Output"].as_str().unwrap().to_owned(),
                result["RedriveCount"].as_u64(),
            ));
        }
    }
    outputs.sort();
    let expected = [("20", 0), ("30", 1), ("40", 1), ("60", 1), ("80", 0)];
    let expected: Vec<_> = expected
        .map(|(output, count)| (output.to_owned(), Some(count)))
        .into();
    assert_eq!(outputs, expected);
    let succeeded = map_run(&execution).await;
    assert_eq!(
        (counts(&succeeded.items), succeeded.items.results_written),
        ([0, 0, 5, 0, 0, 0, 5], 5)
    );
    assert_eq!(calls(&service, "Item", &[2, 3, 4, 6, 8]), [1, 2, 2, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn results_that_could_not_be_written_are_written_in_a_redrive() {
    let (service, _) = service();
    let objects = MemoryObjects::new().object("in", "items", "[2, 4]");
    let engine = exporting(&service, &objects).await;
    let input = input(&json!([]), 0, 0);
    let execution = engine.start("export", "a", &input).await.unwrap();
    let Outcome::Failed { error, .. } = execution.wait().await.unwrap() else {
        panic!("there is no such bucket");
    };
    assert_eq!(error.as_deref(), Some("States.ResultWriterFailed"));
    let objects = objects.bucket("out");
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    assert_eq!(keys(&objects), ["SUCCEEDED_0.json", "manifest.json"]);
    let map_run = map_run(&execution).await;
    assert_eq!((map_run.redrive_count, map_run.items.results_written), (1, 2));
    assert_eq!(calls(&service, "Item", &[2, 4]), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_map_run_that_started_nothing_is_started_anew() {
    let (service, _) = service();
    let objects = MemoryObjects::new().bucket("in").bucket("out");
    let engine = exporting(&service, &objects).await;
    let input = input(&json!([]), 0, 0);
    let execution = engine.start("export", "a", &input).await.unwrap();
    let Outcome::Failed { error, .. } = execution.wait().await.unwrap() else {
        panic!("there is no such object");
    };
    assert_eq!(error.as_deref(), Some("States.ItemReaderFailed"));
    let _objects = objects.object("in", "items", "[2]");
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    let map_runs = execution.map_runs().await.unwrap();
    let statuses: Vec<_> = map_runs.iter().map(|map_run| map_run.status).collect();
    assert_eq!(statuses, [MapRunStatus::Failed, MapRunStatus::Succeeded]);
}
