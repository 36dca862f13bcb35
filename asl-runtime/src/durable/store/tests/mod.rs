//! Tests of stores.

mod file;
mod search;
mod suite;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn open(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(folder.path().join("store.db")).expect("the file can be opened")
}

const VERSION: u64 = u64::MAX - 5;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn execution(id: ExecutionId, name: &str) -> StoredExecution {
    StoredExecution {
        id,
        machine: "order".into(),
        name: name.into(),
        fingerprint: VERSION,
        status: Status::Running,
        started_at: at(1000 + id.cast_signed()),
        stopped_at: None,
        error: None,
        cause: None,
        wake_at: Some(ACTIVE),
        timers: String::new(),
        redrive_count: 0,
        redriven_at: None,
        parent: None,
        map_run: None,
        settings: r#"{"seed":"0"}"#.into(),
        pokes: 0,
        problem: None,
    }
}

fn start(execution: StoredExecution) -> Write {
    Write::Start {
        execution: Arc::new(execution),
        input: r#"{"ü":[1,"\u0000"]}"#.into(),
    }
}

fn record(number: u64) -> Record {
    Record {
        number,
        at: at(2000 + number.cast_signed()),
        events: format!("[{number}]").into(),
    }
}

fn append(execution: ExecutionId, number: u64) -> Write {
    let record = record(number);
    Write::Append { execution, record }
}

fn park(execution: ExecutionId, wake_at: Option<Timestamp>, seen: u64) -> Write {
    Write::Park {
        execution,
        wake_at,
        timers: "timers".to_owned(),
        offers: Vec::new(),
        seen,
    }
}

fn end(execution: ExecutionId, parent: Option<ExecutionId>) -> Write {
    Write::End {
        execution,
        status: Status::Failed,
        at: at(9000),
        error: Some("E".to_owned()),
        cause: None,
        ended: Ended {
            output: None,
            history: Some("history".into()),
        },
        parent,
    }
}

fn write(store: &dyn Store, writes: &[Write]) -> Vec<Written> {
    store.write(&Batch::of(writes)).expect("the store works")
}

fn read(store: &dyn Store, id: ExecutionId) -> StoredExecution {
    let found = store.execution(id).expect("the store works");
    found.expect("the execution is there")
}
