//! Stores that fail: clear errors, nothing acknowledged lost, and on they go.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write as _};
use std::time::Duration;

use asl_runtime::durable::store::{SqliteStore, StoreError};
use asl_runtime::durable::{Engine, EngineError, Status};
use asl_runtime::{Outcome, TaskError, json};
use durable_tests::{Called, Service, TestStore, builder, clock};
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn executions_stand_still_while_the_store_fails() {
    let service = Service::echo();
    let store = TestStore::default();
    let engine = builder(&service)
        .clock(clock())
        .open_store(store.clone())
        .await
        .unwrap();
    let asking = engine.start("ask", "a", &json!({})).await.unwrap();
    let working = engine.start("wait", "b", &json!({ "seconds": 5 })).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    let full = StoreError::Full("no space".to_owned());
    store.fail_after(0, full.clone());
    let refused = engine.start("one", "c", &1).await;
    assert!(matches!(refused, Err(EngineError::Store(StoreError::Full(_)))));
    let unanswered = engine.send_task_success(&service.token(), &1).await;
    assert!(matches!(unanswered, Err(EngineError::Store(StoreError::Full(_)))));
    assert_eq!(engine.write_error(), Some(full));
    sleep(Duration::from_secs(100)).await;
    assert_eq!(working.describe().await.unwrap().status, Status::Running);
    store.heal();
    working.wait().await.unwrap();
    asking.wait().await.unwrap();
    assert_eq!(engine.write_error(), None);
    engine.start("one", "c", &1).await.unwrap().wait().await.unwrap();
    assert_eq!(service.calls_of("Work"), 1);
}

/// The answer of a commit is lost: what was asked for has happened, and may be asked for again.
#[tokio::test(start_paused = true)]
async fn what_was_written_though_it_was_refused_runs() {
    let service = Service::new(|called: Called| async move {
        match called.input.as_i64() {
            Some(1) => Err(TaskError::new("Broken", "x")),
            _ => Ok(called.input),
        }
    });
    let store = TestStore::losing_answers();
    let open = builder(&service).clock(clock()).open_store(store.clone());
    let engine = open.await.unwrap();
    let lost = StoreError::Failed("who knows".to_owned());
    store.fail_after(0, lost.clone());
    let input = json!({ "seconds": 100 });
    assert!(engine.start("wait", "a", &input).await.is_err());
    assert!(engine.start("one", "b", &2).await.is_err());
    store.heal();
    // One is asked for again, the other is not.
    let again = engine.start("wait", "a", &input).await.unwrap();
    assert_eq!(again.wait().await.unwrap(), Outcome::Succeeded(input));
    let other = engine.execution("one", "b").await.unwrap();
    assert_eq!(other.wait().await.unwrap(), Outcome::Succeeded(json!(2)));

    let broken = engine.start("one", "c", &1).await.unwrap();
    broken.wait().await.unwrap();
    store.fail_after(0, lost);
    assert!(broken.redrive().await.is_err());
    store.heal();
    broken.wait().await.unwrap();
    assert_eq!(broken.describe().await.unwrap().redrive_count, 1);
    assert_eq!(service.calls_of("Work"), 3);
    // None of this is counted wrongly.
    for number in 0..10 {
        let name = number.to_string();
        engine.start("one", name.as_str(), &2).await.unwrap();
    }
}

#[tokio::test]
async fn other_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(
        &text,
        "this is no database, but a text that is long enough to be one".repeat(100),
    )
    .unwrap();
    let error = Engine::open(&text).await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Store(StoreError::Damaged(_))),
        "{error}"
    );
    let other = folder.path().join("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(connection);
    let error = Engine::open(&other).await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Store(StoreError::Format(_))),
        "{error}"
    );
    let newer = folder.path().join("newer.db");
    Engine::open(&newer).await.unwrap().close().await;
    let connection = rusqlite::Connection::open(&newer).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(connection);
    let error = Engine::open(&newer).await.unwrap_err();
    assert!(error.to_string().contains("version is 99"), "{error}");
    let nowhere = Engine::open(folder.path().join("no/such/folder.db"))
        .await
        .unwrap_err();
    assert!(matches!(nowhere, EngineError::Store(StoreError::Failed(_))));
}

#[tokio::test]
async fn a_changed_journal_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.db");
    let service = Service::echo();
    let engine = builder(&service).open(&path).await.unwrap();
    for name in ["changed", "whole", "short"] {
        engine
            .start("ask", name, &json!({ "text": "some text" }))
            .await
            .unwrap();
    }
    sleep(Duration::from_millis(200)).await;
    engine.close().await;
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "UPDATE records SET lines = replace(lines, 'some', 'other') WHERE number = 0 AND execution = 1;
             DELETE FROM records WHERE execution = 3;",
        )
        .unwrap();
    drop(connection);
    let engine = builder(&service).open(&path).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    let changed = engine.execution("ask", "changed").await.unwrap();
    let error = changed.describe().await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Store(StoreError::Damaged(_))),
        "{error}"
    );
    assert!(error.to_string().contains("has been changed"), "{error}");
    let short = engine.execution("ask", "short").await.unwrap();
    let held = short.describe().await.unwrap().held.unwrap();
    assert!(held.contains("no input"), "{held}");
    let whole = engine.execution("ask", "whole").await.unwrap();
    assert_eq!(whole.describe().await.unwrap().held, None);
    let token = whole.waiting().await.unwrap()[0].token.clone().unwrap();
    engine.send_task_success(&token, &1).await.unwrap();
    whole.wait().await.unwrap();
    changed.stop(None, None).await.unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.db");
    let service = Service::echo();
    let engine = builder(&service).open(&path).await.unwrap();
    for number in 0..200 {
        let execution = engine.start("one", None, &vec![number; 100]).await.unwrap();
        execution.wait().await.unwrap();
    }
    engine.close().await;
    assert_eq!(SqliteStore::open(&path).unwrap().check(), Ok(()));
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    for page in 4..length / 4096 {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xff; 512]).unwrap();
    }
    drop(file);
    let check = SqliteStore::open(&path).and_then(|store| store.check());
    assert!(matches!(check, Err(StoreError::Damaged(_))), "{check:?}");
}
