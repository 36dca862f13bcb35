//! Callbacks, activities, nested executions, Map Runs.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use asl_runtime::durable::store::{Batch, Ended, MemoryStore, Store, StoreError, Write};
use asl_runtime::durable::{Engine, EngineError, List, Status};
use asl_runtime::{MapRunStatus, Outcome, TaskError, Value, json};
use durable_tests::{START, Service, TestStore, builder, clock, events, paint, types, varnish};
use tokio::time::{Instant, sleep};

fn failed(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Failed { error, .. } => error.as_deref(),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_finds_a_parked_execution() {
    let service = Service::echo();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("ask", "a", &json!({})).await.unwrap();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(engine.in_memory(), 0);
    let token = service.token();
    let waiting = execution.waiting().await.unwrap();
    assert_eq!(waiting[0].token.as_ref(), Some(&token));
    assert_eq!(waiting[0].state, Some("Ask"));
    engine.send_task_heartbeat(&token).await.unwrap();
    engine
        .send_task_success(&token, &json!({ "by": "Ada" }))
        .await
        .unwrap();
    let late = engine.send_task_success(&token, &1).await;
    assert!(matches!(
        late,
        Err(EngineError::TaskDoesNotExist | EngineError::TaskTimedOut)
    ));
    assert_eq!(
        execution.wait().await.unwrap(),
        Outcome::Succeeded(json!({ "by": "Ada" }))
    );
    let late = engine.send_task_failure(&token, None, None).await;
    assert!(matches!(late, Err(EngineError::TaskDoesNotExist)));
    assert!(types(&execution).await.contains(&"TaskSubmitted"));
    for text in ["", "x", "67e55044-10b1-426f-9247-bb680e5fe0c8.name"] {
        let answer = engine.send_task_success(text, &1).await;
        assert!(matches!(answer, Err(EngineError::InvalidTaskToken)), "{text}");
    }
    let nobody = engine
        .send_task_success("67e55044-10b1-426f-9247-bb680e5fe0c8.ff", &1)
        .await;
    assert!(matches!(nobody, Err(EngineError::TaskDoesNotExist)));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_parked_task_alive_but_not_for_ever() {
    let service = Service::echo();
    let store = MemoryStore::new();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let mut engine = open().await.unwrap();
    let start = Instant::now();
    engine.start("ask", "beating", &json!({})).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let token = service.token();
    engine.start("ask", "silent", &json!({})).await.unwrap();
    // Half an hour apart, and with a new engine each time.
    for _ in 0..40 {
        sleep(Duration::from_secs(1800)).await;
        engine.send_task_heartbeat(&token).await.unwrap();
        sleep(Duration::from_secs(10)).await;
        engine.close().await;
        engine = open().await.unwrap();
    }
    let silent = engine.execution("ask", "silent").await.unwrap();
    assert_eq!(failed(&silent.wait().await.unwrap()), Some("States.Timeout"));
    let description = silent.describe().await.unwrap();
    let took = description.stop_time.unwrap().since(description.start_time);
    assert_eq!(took.as_secs(), 3600);
    let beating = engine.execution("ask", "beating").await.unwrap();
    assert_eq!(beating.describe().await.unwrap().status, Status::Running);
    assert_eq!(failed(&beating.wait().await.unwrap()), Some("States.Timeout"));
    assert_eq!(start.elapsed().as_secs(), 10 + 40 * 1810 + 3600 - 10);
}

#[tokio::test(start_paused = true)]
async fn a_failure_comes_by_token_too() {
    let service = Service::echo();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("ask", "fails", &json!({})).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    let token = service.token();
    engine
        .send_task_failure(&token, Some("No"), Some("never"))
        .await
        .unwrap();
    assert_eq!(failed(&execution.wait().await.unwrap()), Some("No"));
}

#[tokio::test(start_paused = true)]
async fn workers_take_tasks_of_parked_executions() {
    let service = Service::echo();
    let store = MemoryStore::new();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    assert!(engine.get_activity_task("paint", None).await.unwrap().is_none());
    for name in ["a", "b"] {
        engine.start("paint", name, &name).await.unwrap();
    }
    sleep(Duration::from_secs(10)).await;
    assert_eq!(engine.in_memory(), 0);
    engine.close().await;
    let engine = open().await.unwrap();
    let arn = "arn:aws:states:eu-central-1:111111111111:activity:paint";
    let mut tasks = Vec::new();
    for _ in 0..2 {
        tasks.push(engine.get_activity_task(arn, "worker-1").await.unwrap().unwrap());
    }
    assert!(engine.get_activity_task("paint", None).await.unwrap().is_none());
    engine.close().await;
    let engine = open().await.unwrap();
    for task in &tasks {
        engine
            .send_task_success(&task.token, &json!([task.input.clone()]))
            .await
            .unwrap();
    }
    for name in ["a", "b"] {
        let execution = engine.execution("paint", name).await.unwrap();
        assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!([name])));
        let started = events(&execution)
            .await
            .into_iter()
            .find(|event| event.event_type.as_str() == "ActivityStarted");
        assert_eq!(started.unwrap().details.worker_name.as_deref(), Some("worker-1"));
    }
    // One that waits for a task gets it at once.
    let worker = engine.clone();
    let polling = tokio::spawn(async move { worker.get_activity_task("paint", None).await });
    sleep(Duration::from_secs(5)).await;
    let start = Instant::now();
    engine.start("paint", "c", &"c").await.unwrap();
    assert_eq!(polling.await.unwrap().unwrap().unwrap().input, json!("c"));
    assert!(start.elapsed() < Duration::from_secs(1));
    let last = engine.execution("paint", "c").await.unwrap();
    assert_eq!(failed(&last.wait().await.unwrap()), Some("States.Timeout"));
}

/// The store fails while a worker takes a task, or the worker goes away: then it is the next one's.
/// The one that waits longest is held, for its machine is not registered: others are not kept waiting for that.
#[tokio::test(start_paused = true)]
async fn a_task_of_an_execution_that_is_held_is_passed_over() {
    let (service, store, clock) = (Service::echo(), MemoryStore::new(), clock());
    let open = builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open.await.unwrap();
    for machine in ["paint", "varnish"] {
        engine.start(machine, machine, &json!({})).await.unwrap();
        sleep(Duration::from_secs(10)).await;
    }
    engine.close().await;
    let builder = Engine::builder().polled_activities().clock(clock);
    let builder = builder.machine(service.machine(&varnish::MACHINE));
    let engine = builder.open_store(store).await.unwrap();
    let take = async || engine.get_activity_task("paint", None).await.unwrap();
    let begun = Instant::now();
    let task = take().await.unwrap();
    engine.send_task_success(&task.token, &1).await.unwrap();
    let varnished = engine.execution("varnish", "varnish").await.unwrap();
    assert_eq!(varnished.wait().await.unwrap(), Outcome::Succeeded(json!(1)));
    assert!(begun.elapsed() < Duration::from_secs(1));

    // A worker that waits gets it as soon as the machine is there.
    let register = async {
        sleep(Duration::from_secs(30)).await;
        engine.register(service.machine(&paint::MACHINE));
    };
    let (task, ()) = tokio::join!(take(), register);
    engine.send_task_success(&task.unwrap().token, &2).await.unwrap();
    let painted = engine.execution("paint", "paint").await.unwrap();
    assert_eq!(painted.wait().await.unwrap(), Outcome::Succeeded(json!(2)));
    assert_eq!(begun.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_a_worker_did_not_get_is_the_next_one_s() {
    let service = Service::echo();
    let store = TestStore::default();
    let engine = builder(&service)
        .clock(clock())
        .open_store(store.clone())
        .await
        .unwrap();
    for name in ["a", "b"] {
        engine.start("paint", name, &name).await.unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    store.fail_after(0, StoreError::Full("no space".to_owned()));
    for _ in 0..5 {
        let refused = engine.get_activity_task("paint", "early").await;
        let is_full = matches!(refused, Err(EngineError::Store(StoreError::Full(_))));
        assert!(is_full, "{refused:?}");
    }
    store.heal();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(engine.in_memory(), 0);
    // One that gives up in the moment in which it would get its task.
    let mut poll = Box::pin(engine.get_activity_task("paint", "hasty"));
    let polled = poll_fn(|cx| Poll::Ready(poll.as_mut().poll(cx))).await;
    assert!(polled.is_pending() && engine.in_memory() == 1);
    drop(poll);
    sleep(Duration::from_secs(10)).await;
    for _ in 0..2 {
        let task = engine.get_activity_task("paint", "late").await.unwrap().unwrap();
        engine.send_task_success(&task.token, &task.input).await.unwrap();
    }
    for name in ["a", "b"] {
        let execution = engine.execution("paint", name).await.unwrap();
        assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(name)));
        let types = types(&execution).await;
        let taken = types.iter().filter(|kind| **kind == "ActivityStarted");
        assert_eq!(taken.count(), 1);
    }
    let start = Instant::now();
    assert!(engine.get_activity_task("paint", None).await.unwrap().is_none());
    assert_eq!(start.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn children_of_a_map_run_are_executions_of_their_own() {
    let service = Service::new(|called| async move {
        if called.input == json!(13) {
            return Err(TaskError::new("Unlucky", "13"));
        }
        Ok(Value::from(called.input.as_i64().unwrap_or(0) * 2))
    });
    let store = MemoryStore::new();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let execution = engine
        .start("distributed", "a", &json!({ "items": [1, 2, 3] }))
        .await
        .unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(engine.in_memory(), 0);
    let map_run = execution.map_runs().await.unwrap().remove(0);
    assert_eq!(
        (map_run.executions.running, map_run.status),
        (3, MapRunStatus::Running)
    );
    let children = engine
        .list(List::of_map_run(&*map_run.map_run_arn))
        .await
        .unwrap()
        .executions;
    assert_eq!(children.len(), 3);
    assert!(children.iter().all(|child| child.machine == "distributed/Each"));
    drop(execution);
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("distributed", "a").await.unwrap();
    assert_eq!(
        execution.wait().await.unwrap(),
        Outcome::Succeeded(json!([2, 4, 6]))
    );
    assert_eq!(
        execution.map_runs().await.unwrap()[0].status,
        MapRunStatus::Succeeded
    );
    assert_eq!(service.calls().len(), 3);

    // Those of a run that failed are stopped.
    let items: Vec<i64> = (12..20).collect();
    let failing = engine
        .start("distributed", "b", &json!({ "items": items }))
        .await
        .unwrap();
    let outcome = failing.wait().await.unwrap();
    assert_eq!(failed(&outcome), Some("States.ExceedToleratedFailureThreshold"));
    sleep(Duration::from_secs(10)).await;
    assert!(
        engine
            .list(List::all().with_status(Status::Running))
            .await
            .unwrap()
            .executions
            .is_empty()
    );
    assert_eq!(engine.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn children_are_stopped_with_their_parent() {
    let service = Service::echo();
    let store = MemoryStore::new();
    let clock = clock();
    let open = || builder(&service).clock(clock.clone()).open_store(store.clone());
    let engine = open().await.unwrap();
    let items = json!({ "items": [1, 2, 3] });
    let running = || async {
        engine
            .list(List::all().with_status(Status::Running))
            .await
            .unwrap()
            .executions
            .len()
    };
    // While they start, and when they have been parked.
    for (name, seconds) in [("at-once", 0), ("parked", 60)] {
        let execution = engine.start("distributed", name, &items).await.unwrap();
        sleep(Duration::from_secs(seconds)).await;
        execution.stop(None, None).await.unwrap();
        sleep(Duration::from_secs(5)).await;
        assert_eq!(running().await, 0, "{name}");
    }
    // The process dies between the end of the parent and that of its children.
    let execution = engine.start("distributed", "dies", &items).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    let id = execution.id();
    engine.close().await;
    store
        .write(&Batch::of(&[Write::End {
            execution: id,
            status: Status::Aborted,
            at: START,
            error: None,
            cause: None,
            ended: Ended::default(),
            parent: None,
        }]))
        .unwrap();
    let engine = open().await.unwrap();
    sleep(Duration::from_secs(4000)).await;
    let children = engine
        .list(List::of("distributed/Each").with_status(Status::Succeeded))
        .await
        .unwrap();
    assert!(children.executions.is_empty());
    assert!(
        engine
            .list(List::all().with_status(Status::Running))
            .await
            .unwrap()
            .executions
            .is_empty()
    );
}
