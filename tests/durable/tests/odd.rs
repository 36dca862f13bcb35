//! What is asked for is odd: it is refused by the service's names, and nothing comes of it.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::durable::store::StoreError;
use asl_runtime::durable::{Engine, EngineError, HistoryQuery, Limits, List};
use asl_runtime::{Outcome, Value, json};
use durable_tests::{Service, builder, clock};
use tokio::time::sleep;

async fn open(service: &Service) -> Engine {
    builder(service).clock(clock()).open_in_memory().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn names_are_those_of_the_service() {
    let engine = open(&Service::echo()).await;
    for name in ["x".repeat(80), "ü🙂".repeat(40), "a.b-c_d+e=f(g)@h!'i".to_owned()] {
        let started = engine.start("one", &*name, &1).await.unwrap();
        assert_eq!(started.name(), name);
        let found = engine.execution_by_arn(&started.arn()).await.unwrap();
        assert_eq!(found.id(), started.id());
    }
    let mut wrong = vec!["x".repeat(81), "ü".repeat(81), String::new()];
    let forbidden = "<>{}[]?*\"#%\\^|~`$&,;:/ \t\n\u{0}\u{1f}\u{7f}\u{9f}\u{a0}\u{fffe}\u{ffff}";
    wrong.extend(forbidden.chars().map(|character| format!("a{character}b")));
    for name in wrong {
        let refused = engine.start("one", &*name, &1).await;
        let Err(EngineError::InvalidName(of)) = refused else {
            panic!("{name:?}: {refused:?}");
        };
        assert_eq!(of, name);
    }
    assert_eq!(engine.list(List::all()).await.unwrap().executions.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn documents_have_256_kib_and_no_more() {
    let engine = open(&Service::echo()).await;
    // With the quotation marks.
    let most = "x".repeat(262_142);
    let largest = engine.start("one", "largest", &most).await.unwrap();
    assert_eq!(largest.result::<String>().await.unwrap(), most);
    let refused = engine.start("one", "larger", &format!("{most}x")).await;
    assert!(matches!(refused, Err(EngineError::InvalidExecutionInput(_))));
    let deep = (0..500).fold(json!(1), |inner, _| Value::from(vec![inner]));
    let refused = engine.start("one", "deep", &deep).await;
    assert!(matches!(refused, Err(EngineError::InvalidExecutionInput(_))));
    // What is as deep as it may be is recorded, as a task's result as well, and read again.
    let deepest = (0..Value::MAX_DEPTH).fold(json!(1), |inner, _| Value::from(vec![inner]));
    let deep = engine.start("one", "deepest", &deepest).await.unwrap();
    assert_eq!(deep.result::<Value>().await.unwrap(), deepest);
    let history = deep.history(HistoryQuery::all()).await.unwrap();
    assert_eq!(
        history
            .events
            .last()
            .and_then(|event| event.details.output.as_ref()),
        Some(&deepest)
    );
    // As in JSON.
    let none = engine.start("one", "nan", &[f64::NAN]).await.unwrap();
    assert_eq!(none.result::<Value>().await.unwrap(), json!([null]));

    let service = Service::echo();
    let engine = open(&service).await;
    let asking = engine.start("ask", "a", &json!({})).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let token = service.token();
    let refused = engine.send_task_success(&token, &format!("{most}x")).await;
    assert!(matches!(refused, Err(EngineError::InvalidOutput(_))));
    engine.send_task_success(&token, &most).await.unwrap();
    assert_eq!(asking.result::<String>().await.unwrap(), most);
}

#[tokio::test(start_paused = true)]
async fn errors_and_causes_have_their_lengths() {
    let service = Service::echo();
    let engine = open(&service).await;
    let asking = engine.start("ask", "a", &json!({})).await.unwrap();
    let waiting = engine
        .start("wait", "a", &json!({ "seconds": 1000 }))
        .await
        .unwrap();
    sleep(Duration::from_secs(10)).await;
    let token = service.token();
    let (error, cause) = ("ü".repeat(256), "ü".repeat(32_768));
    let (long_error, long_cause) = (format!("{error}x"), format!("{cause}x"));
    for (error, cause) in [
        (Some(&*long_error), None),
        (None, Some(&*long_cause)),
        (Some(&*long_error), Some(&*long_cause)),
    ] {
        let refused = waiting.stop(error, cause).await;
        assert!(matches!(refused, Err(EngineError::Validation(_))), "{refused:?}");
        let refused = engine.send_task_failure(&token, error, cause).await;
        assert!(matches!(refused, Err(EngineError::Validation(_))), "{refused:?}");
    }
    waiting.stop(Some(&error), Some(&cause)).await.unwrap();
    engine
        .send_task_failure(&token, Some(&error), Some(&cause))
        .await
        .unwrap();
    for execution in [asking, waiting] {
        execution.wait().await.unwrap();
        let description = execution.describe().await.unwrap();
        assert_eq!(description.error.as_ref(), Some(&error));
        assert_eq!(description.cause.as_ref(), Some(&cause));
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_are_good_for_one_answer() {
    let service = Service::echo();
    let engine = open(&service).await;
    engine.start("ask", "a", &json!({})).await.unwrap();
    let stopped = engine.start("ask", "b", &json!({})).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let tokens: Vec<_> = service.calls().into_iter().map(|called| called.token).collect();
    let [Some(first), Some(second)] = &tokens[..] else {
        panic!("{tokens:?}");
    };
    let (uuid, id) = first.split_once('.').unwrap();
    for text in [
        "",
        ".",
        "\u{0}",
        uuid,
        id,
        &format!("{uuid}."),
        &format!("{uuid}.{id}.{id}"),
        &format!("{uuid}.-1"),
        &format!("{uuid}.fffffffffffffffff"),
        &"x".repeat(5000),
    ] {
        let refused = engine.send_task_success(text, &1).await;
        assert!(
            matches!(refused, Err(EngineError::InvalidTaskToken)),
            "{text}: {refused:?}"
        );
        let refused = engine.send_task_heartbeat(text).await;
        assert!(matches!(refused, Err(EngineError::InvalidTaskToken)), "{text}");
    }
    // One token's UUID with the other's execution, and an execution that never was.
    let (_, other) = second.split_once('.').unwrap();
    let refused = engine.send_task_success(&format!("{uuid}.{other}"), &1).await;
    assert!(matches!(refused, Err(EngineError::TaskTimedOut)), "{refused:?}");
    let refused = engine
        .send_task_failure(&format!("{uuid}.fffffffffffffff"), None, None)
        .await;
    assert!(
        matches!(refused, Err(EngineError::TaskDoesNotExist)),
        "{refused:?}"
    );

    // Many at once: one of them counts.
    let answers = (0..20).map(|number| {
        let (engine, token) = (engine.clone(), first.clone());
        tokio::spawn(async move { engine.send_task_success(&token, &number).await })
    });
    let mut taken = 0;
    for answer in answers.collect::<Vec<_>>() {
        match answer.await.unwrap() {
            Ok(()) => taken += 1,
            Err(EngineError::TaskTimedOut | EngineError::TaskDoesNotExist) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(taken, 1);
    stopped.stop(None, None).await.unwrap();
    for refused in [
        engine.send_task_success(second, &1).await,
        engine.send_task_failure(second, None, None).await,
        engine.send_task_heartbeat(second).await,
    ] {
        assert!(
            matches!(refused, Err(EngineError::TaskDoesNotExist)),
            "{refused:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_arns_that_are_none_are_refused() {
    let engine = open(&Service::echo()).await;
    let execution = engine.start("one", "a", &1).await.unwrap();
    execution.wait().await.unwrap();
    for token in ["", "x", "-1", "1.5", "99999999999999999999999", "1 "] {
        assert!(matches!(List::all().after(token), Err(EngineError::InvalidToken(of)) if of == token));
        let refused = HistoryQuery::all().after(token);
        assert!(matches!(refused, Err(EngineError::InvalidToken(of)) if of == token));
    }
    for arn in [
        "",
        "one",
        "arn:aws:states:local:000000000000:stateMachine:one",
        "arn:aws:states",
    ] {
        let refused = engine.execution_by_arn(arn).await;
        assert!(
            matches!(&refused, Err(EngineError::InvalidArn(of)) if of == arn),
            "{refused:?}"
        );
    }
    for (machine, name) in [("one", "b"), ("none", "a"), ("", "")] {
        let refused = engine.execution(machine, name).await;
        assert!(matches!(refused, Err(EngineError::ExecutionDoesNotExist(_))));
    }
    // Machines and Map Runs that are none.
    for machine in ["none", "none/Each", ""] {
        let refused = engine.list(List::of(machine)).await;
        assert!(
            matches!(refused, Err(EngineError::StateMachineDoesNotExist(_))),
            "{machine}"
        );
    }
    for machine in ["wait", "batch/Each"] {
        assert!(
            engine
                .list(List::of(machine))
                .await
                .unwrap()
                .executions
                .is_empty()
        );
    }
    let refused = engine.list(List::of_map_run("none")).await;
    assert!(matches!(refused, Err(EngineError::InvalidArn(arn)) if arn == "none"));
    let map_run = "arn:aws:states:local:000000000000:mapRun:batch/Each:00000000-0000-4000-8000-0000000fffff";
    let refused = engine.list(List::of_map_run(map_run)).await;
    assert!(matches!(refused, Err(EngineError::ResourceNotFound(arn)) if arn == map_run));
    // A limit of none is that by default. And a page after the last.
    let history = execution.history(HistoryQuery::all()).await.unwrap();
    assert!(history.events.len() > 1);
    let unlimited = execution.history(HistoryQuery::all().limit(0)).await.unwrap();
    assert_eq!(unlimited, history);
    let after = HistoryQuery::all().after("1000").unwrap();
    let history = execution.history(after).await.unwrap();
    assert!(history.events.is_empty() && history.next_token.is_none());
    let list = engine.list(List::all().after("0").unwrap()).await.unwrap();
    assert!(list.executions.is_empty() && list.next_token.is_none());
    // Of what was removed nothing is told.
    sleep(Duration::from_secs(91 * 86_400)).await;
    for refused in [
        execution.describe().await.map(drop),
        execution.history(HistoryQuery::all()).await.map(drop),
        execution.stop(None, None).await.map(drop),
        execution.redrive().await.map(drop),
        execution.wait().await.map(drop),
        execution.map_runs().await.map(drop),
    ] {
        assert!(
            matches!(&refused, Err(EngineError::ExecutionDoesNotExist(arn)) if *arn == execution.arn()),
            "{refused:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_run_than_may() {
    let mut limits = Limits::default();
    limits.open_executions = 2;
    let builder = builder(&Service::echo()).clock(clock()).limits(limits);
    let engine = builder.open_in_memory().await.unwrap();
    let input = json!({ "seconds": 1000 });
    let first = engine.start("wait", "a", &input).await.unwrap();
    first.stop(None, None).await.unwrap();
    for name in ["b", "c"] {
        engine.start("wait", name, &input).await.unwrap();
    }
    for name in [Some("d"), None] {
        let refused = engine.start("wait", name, &input).await;
        assert!(matches!(refused, Err(EngineError::ExecutionLimitExceeded(2))));
    }
    // Those that run can be started again, which starts nothing.
    engine.start("wait", "c", &input).await.unwrap();
    let refused = engine.start("wait", "c", &json!({ "seconds": 1 })).await;
    assert!(matches!(refused, Err(EngineError::ExecutionAlreadyExists { .. })));
    let refused = engine.start("wait", "a", &input).await;
    assert!(matches!(refused, Err(EngineError::ExecutionAlreadyExists { .. })));
    let refused = first.redrive().await;
    assert!(matches!(refused, Err(EngineError::ExecutionLimitExceeded(2))));
    let second = engine.execution("wait", "b").await.unwrap();
    second.stop(None, None).await.unwrap();
    first.redrive().await.unwrap();
    assert!(matches!(first.wait().await.unwrap(), Outcome::Succeeded(_)));
}

#[tokio::test]
async fn a_file_is_one_engine_s() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    let engine = Engine::open(&path).await.unwrap();
    let refused = Engine::open(&path).await;
    assert!(
        matches!(refused, Err(EngineError::Store(StoreError::InUse(_)))),
        "{refused:?}"
    );
    engine.close().await;
    Engine::open(&path).await.unwrap().close().await;
}

#[tokio::test(start_paused = true)]
async fn limits_may_be_none_or_without_end() {
    for (history_events, time) in [
        (0, Duration::ZERO),
        (1, Duration::ZERO),
        (2, Duration::from_nanos(1)),
        (u64::MAX, Duration::MAX),
    ] {
        let mut limits = Limits::default();
        limits.history_events = history_events;
        limits.execution_time = time;
        limits.retention = time;
        limits.redrive_time = time;
        limits.open_executions = history_events.max(1);
        let builder = builder(&Service::echo()).clock(clock()).limits(limits);
        let builder = builder.park_after(time).most_in_memory(0);
        let engine = builder.open_in_memory().await.unwrap();
        let execution = engine.start("one", "a", &1).await.unwrap();
        let is_more = history_events > 2;
        let outcome = execution.wait().await.unwrap();
        assert_eq!(matches!(outcome, Outcome::Succeeded(_)), is_more, "{outcome:?}");
        let waiting = engine.start("wait", "b", &json!({ "seconds": 5 })).await.unwrap();
        let outcome = waiting.wait().await.unwrap();
        assert_eq!(matches!(outcome, Outcome::Succeeded(_)), is_more, "{outcome:?}");
    }
}

/// Of many who start the same at once, each gets the one execution that there is.
#[tokio::test(start_paused = true)]
async fn a_start_by_many_is_one_start() {
    let service = Service::new(|_| async {
        sleep(Duration::from_secs(5)).await;
        Ok(json!(null))
    });
    let engine = open(&service).await;
    let starts: Vec<_> = (0..50)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.start("one", "a", &1).await.map(|started| started.id()) })
        })
        .collect();
    let mut ids = Vec::new();
    for start in starts {
        ids.push(start.await.unwrap().unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    engine.execution("one", "a").await.unwrap().wait().await.unwrap();
    assert_eq!(service.calls().len(), 1);
    assert_eq!(engine.list(List::all()).await.unwrap().executions.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_closed_engine_says_so() {
    let service = Service::echo();
    let engine = open(&service).await;
    let execution = engine.start("ask", "a", &json!({})).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let token = service.token();
    let (waiter, worker, other) = (execution.clone(), engine.clone(), engine.clone());
    let waiting = tokio::spawn(async move { waiter.wait().await });
    let polling = tokio::spawn(async move { worker.get_activity_task("paint", None).await });
    sleep(Duration::from_secs(1)).await;
    engine.close().await;
    assert!(matches!(waiting.await.unwrap(), Err(EngineError::Closed)));
    assert!(matches!(polling.await.unwrap(), Err(EngineError::Closed)));
    for refused in [
        other.start("one", "b", &1).await.map(drop),
        other.list(List::all()).await.map(drop),
        other.execution("ask", "a").await.map(drop),
        other.send_task_success(&token, &1).await,
        other.send_task_failure(&token, None, None).await,
        other.send_task_heartbeat(&token).await,
        other.get_activity_task("paint", None).await.map(drop),
        execution.describe().await.map(drop),
        execution.history(HistoryQuery::all()).await.map(drop),
        execution.waiting().await.map(drop),
        execution.wait().await.map(drop),
        execution.stop(None, None).await.map(drop),
        execution.redrive().await.map(drop),
        execution.resume().await,
    ] {
        assert!(matches!(refused, Err(EngineError::Closed)), "{refused:?}");
    }
    // Closing it again does nothing.
    other.close().await;
}
