//! Executions that run, are described, listed, stopped.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::durable::{Engine, EngineError, HistoryQuery, List, RedriveStatus, Status};
use asl_runtime::{Outcome, TaskError, json};
use durable_tests::{Service, TestStore, builder, clock, events, one, types};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn an_execution_runs_to_its_end() {
    let service = Service::echo();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!({ "n": 1 })).await.unwrap();
    let output: asl_runtime::Value = execution.result().await.unwrap();
    assert_eq!(output, json!({ "n": 1 }));
    let description = execution.describe().await.unwrap();
    assert_eq!(description.status, Status::Succeeded);
    assert_eq!(description.input, json!({ "n": 1 }));
    assert_eq!(description.output, Some(json!({ "n": 1 })));
    assert_eq!(
        description.arn,
        "arn:aws:states:local:000000000000:execution:one:a"
    );
    assert_eq!(description.redrive_status, RedriveStatus::NotRedrivable);
    assert_eq!(
        description.redrive_status_reason.as_deref(),
        Some("Execution is SUCCEEDED and cannot be redriven")
    );
    assert_eq!(
        types(&execution).await,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
    // What is read from the store may be there a moment before it is told.
    sleep(Duration::from_millis(1)).await;
    assert_eq!(engine.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_started_as_it_is() {
    let service = Service::echo();
    let engine = Engine::builder().clock(clock()).open_in_memory().await.unwrap();
    let unknown = engine.start("one", "a", &1).await;
    assert!(matches!(unknown, Err(EngineError::StateMachineDoesNotExist(_))));
    for name in ["a", "b"] {
        let started = engine.start(service.machine(&one::MACHINE), name, &1).await;
        assert_eq!(started.unwrap().result::<u64>().await.unwrap(), 1);
    }
    // It is registered now.
    let name = "one".to_owned();
    let started = engine.start(&name, None, &2).await.unwrap();
    assert_eq!(started.result::<u64>().await.unwrap(), 2);
    assert_eq!(service.calls_of("Work"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_start_is_idempotent_while_the_execution_runs() {
    let service = Service::new(|_| async {
        sleep(Duration::from_secs(5)).await;
        Ok(json!(null))
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let input = json!({ "n": 1 });
    let first = engine.start("one", "a", &input).await.unwrap();
    let second = engine.start("one", "a", &input).await.unwrap();
    assert_eq!(
        (first.id(), first.start_time()),
        (second.id(), second.start_time())
    );
    let other = engine.start("one", "a", &json!({ "n": 2 })).await;
    assert!(matches!(other, Err(EngineError::ExecutionAlreadyExists { arn }) if arn == first.arn()));
    assert!(engine.start("wait", "a", &json!({ "seconds": 0 })).await.is_ok());
    first.wait().await.unwrap();
    assert_eq!(service.calls().len(), 1);
    let ended = engine.start("one", "a", &input).await;
    assert!(matches!(ended, Err(EngineError::ExecutionAlreadyExists { .. })));
    let unnamed = engine.start("one", None, &input).await.unwrap();
    assert_eq!(unnamed.name().len(), 36);
    for name in ["", "a b", "a:b"] {
        let result = engine.start("one", name, &input).await;
        assert!(matches!(result, Err(EngineError::InvalidName(_))), "{name}");
    }
    let unknown = engine.start("none", "a", &input).await;
    assert!(matches!(unknown, Err(EngineError::StateMachineDoesNotExist(_))));
    let large = engine.start("one", "large", &"x".repeat(300_000)).await;
    assert!(matches!(large, Err(EngineError::InvalidExecutionInput(_))));
}

#[tokio::test(start_paused = true)]
async fn waiting_executions_leave_the_memory_and_wake_on_time() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let start = Instant::now();
    let mut executions = Vec::new();
    for seconds in [3, 60, 86_400, 31_000_000] {
        let input = json!({ "seconds": seconds });
        executions.push((seconds, engine.start("wait", None, &input).await.unwrap()));
    }
    sleep(Duration::from_secs(10)).await;
    assert_eq!(engine.in_memory(), 0);
    for (seconds, execution) in executions {
        execution.wait().await.unwrap();
        let woke = events(&execution).await[2].timestamp;
        let late = woke.since(execution.start_time() + Duration::from_secs(seconds));
        assert!(late < Duration::from_secs(1), "{seconds} s: {late:?} late");
    }
    assert_eq!(start.elapsed().as_secs(), 31_000_000);
}

#[tokio::test(start_paused = true)]
async fn lists_and_histories_come_in_pages() {
    let service = Service::new(|called| async move {
        if called.input == json!(2) {
            return Err(TaskError::new("Odd", "it is even"));
        }
        Ok(called.input)
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    for number in 0..5 {
        let name = format!("n{number}");
        let execution = engine.start("one", name.as_str(), &number).await.unwrap();
        execution.wait().await.unwrap();
    }
    engine
        .start("wait", "w", &json!({ "seconds": 10 }))
        .await
        .unwrap();
    let names = |page: &asl_runtime::durable::ExecutionList| {
        let names = page.executions.iter().map(|execution| execution.name.clone());
        names.collect::<Vec<_>>()
    };
    let first = engine.list(List::of("one").limit(2)).await.unwrap();
    assert_eq!(names(&first), ["n4", "n3"]);
    let rest = List::of("one").after(&first.next_token.unwrap()).unwrap();
    let rest = engine.list(rest).await.unwrap();
    assert_eq!(names(&rest), ["n2", "n1", "n0"]);
    assert_eq!(rest.next_token, None);
    let failed = engine
        .list(List::all().with_status(Status::Failed))
        .await
        .unwrap();
    assert_eq!(names(&failed), ["n2"]);
    let running = List::of("wait").with_status(Status::Running);
    assert_eq!(names(&engine.list(running).await.unwrap()), ["w"]);
    assert!(List::all().after("x").is_err());

    let execution = engine.execution("one", "n2").await.unwrap();
    let last = execution
        .history(HistoryQuery::all().reverse().limit(2))
        .await
        .unwrap();
    assert_eq!(last.events[0].event_type.as_str(), "ExecutionFailed");
    assert_eq!(last.events[0].details.error.as_deref(), Some("Odd"));
    let next = HistoryQuery::all()
        .reverse()
        .without_data()
        .after(&last.next_token.unwrap())
        .unwrap();
    let next = execution.history(next).await.unwrap();
    assert_eq!(next.events.len() + 2, events(&execution).await.len());
    assert!(next.events.iter().all(|event| event.details.input.is_none()));
    let unknown = engine.execution("one", "n9").await;
    assert!(matches!(unknown, Err(EngineError::ExecutionDoesNotExist(_))));
}

#[tokio::test(start_paused = true)]
async fn stopping_drops_what_is_under_way() {
    let service = Service::new(|_| async {
        sleep(Duration::from_secs(1000)).await;
        Ok(json!(null))
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let busy = engine.start("one", "busy", &1).await.unwrap();
    let parked = engine
        .start("wait", "parked", &json!({ "seconds": 1000 }))
        .await
        .unwrap();
    sleep(Duration::from_secs(10)).await;
    assert_eq!(engine.in_memory(), 1);
    for execution in [&busy, &parked] {
        let stopped = execution.stop(Some("Enough"), Some("no more")).await.unwrap();
        let outcome = execution.wait().await.unwrap();
        let (error, cause) = (Some("Enough".to_owned()), Some("no more".to_owned()));
        assert_eq!(outcome, Outcome::Aborted { error, cause });
        assert_eq!(types(execution).await.last(), Some(&"ExecutionAborted"));
        assert_eq!(execution.stop(None, None).await.unwrap(), stopped);
    }
    assert_eq!(engine.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_year_is_the_longest() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let input = json!({ "seconds": 40_000_000 });
    let execution = engine.start("wait", "long", &input).await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::TimedOut);
    let description = execution.describe().await.unwrap();
    let took = description.stop_time.unwrap().since(description.start_time);
    assert_eq!(took.as_secs(), 365 * 86_400);
    assert_eq!(description.status, Status::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn old_executions_are_swept_out() {
    let engine = builder(&Service::echo())
        .clock(clock())
        .open_in_memory()
        .await
        .unwrap();
    let execution = engine.start("one", "old", &1).await.unwrap();
    execution.wait().await.unwrap();
    sleep(Duration::from_secs(89 * 86_400)).await;
    assert!(execution.describe().await.is_ok());
    sleep(Duration::from_secs(2 * 86_400)).await;
    let gone = execution.describe().await;
    assert!(matches!(gone, Err(EngineError::ExecutionDoesNotExist(_))));
    assert!(engine.start("one", "old", &1).await.is_ok());
}

/// Many that wake at once are read one after the other, but for a few.
#[tokio::test(start_paused = true)]
async fn those_that_wake_at_once_take_turns() {
    let (service, store) = (Service::echo(), TestStore::default());
    let engine = builder(&service).clock(clock()).open_store(store.clone());
    let engine = engine.await.unwrap();
    let mut waiting = Vec::new();
    for number in 0..40 {
        let input = json!({ "seconds": 90 });
        waiting.push(engine.start("wait", &*number.to_string(), &input).await.unwrap());
    }
    sleep(Duration::from_secs(60)).await;
    assert_eq!(engine.in_memory(), 0);
    store.hold_reads(true);
    assert_eq!(store.reads(16).await, 16);
    // All are on their way into memory, and have had their chance to read.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(engine.in_memory(), 40);
    assert_eq!(store.reads(16).await, 16);
    store.hold_reads(false);
    for execution in waiting {
        assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    }
}
