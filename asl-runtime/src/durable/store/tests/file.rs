//! What the embedded store is beyond that: a file, with a log that survives a crash, and tables that people read.

use super::*;

#[test]
fn a_file_is_one_engine_s_own_and_keeps_what_it_got() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).expect("a new file can be opened");
    write(&store, &[start(execution(1, "a")), append(1, 1)]);
    let second = SqliteStore::open(&path);
    let process = std::process::id().to_string();
    assert!(matches!(second, Err(StoreError::InUse(text)) if text.contains(&process)));
    drop(store);
    let store = SqliteStore::open(&path).expect("it is free again");
    assert_eq!(store.check(), Ok(()));
    assert_eq!(read(&store, 1), execution(1, "a"));
    assert_eq!(store.journal(1).expect("the store works").len(), 2);
}

#[test]
fn the_number_of_a_removed_execution_is_not_given_again() {
    let folder = folder();
    // Removed while its row is not written yet, and when it is.
    for (id, is_settled) in [(1, false), (2, true)] {
        let store = open(&folder);
        write(&store, &[start(execution(id, "a")), end(id, None)]);
        if is_settled {
            store.settle(true).expect("the store works");
        }
        write(&store, &[Write::Delete { execution: id }]);
        drop(store);
        let store = open(&folder);
        assert_eq!(store.execution(id), Ok(None));
        assert_eq!(store.totals().map(|totals| totals.last_id), Ok(id));
    }
}

/// After a crash the file is as it was: nothing has been closed.
#[test]
fn what_is_in_the_log_is_there_after_a_crash() {
    let children = |id: ExecutionId| {
        let mut child = execution(id, &id.to_string());
        child.parent = Some((1, 9));
        child
    };
    let offer = Offer {
        activity: "paint".to_owned(),
        token: "token".to_owned(),
    };
    let parked = Write::Park {
        execution: 3,
        wake_at: Some(at(77)),
        timers: "timers".to_owned(),
        offers: vec![offer],
        seen: 0,
    };
    let steps = [
        vec![start(execution(1, "a")), start(children(2)), append(1, 1)],
        vec![start(children(3)), park(1, None, 0), parked],
        vec![append(2, 1), end(2, Some(1)), append(1, 2)],
        vec![start(execution(4, "b")), end(4, None)],
        vec![append(3, 1), start(execution(5, "c"))],
        vec![Write::Delete { execution: 4 }, start(execution(6, "b"))],
    ];
    // The first ones come into the other tables, or all but what may stay in the log.
    for (settled, all) in (0..=steps.len()).flat_map(|settled| [(settled, true), (settled, false)]) {
        let (folder, after) = (folder(), folder());
        let store = open(&folder);
        for (index, step) in steps.iter().enumerate() {
            write(&store, step);
            if index < settled {
                store.settle(all).expect("the store works");
            }
        }
        copy(&folder, &after);
        let after = open(&after);
        for id in 1..=7 {
            assert_eq!(after.execution(id), store.execution(id), "{settled} {all}");
            assert_eq!(after.journal(id), store.journal(id), "{settled} {all}");
            assert_eq!(after.ended(id), store.ended(id), "{settled} {all}");
        }
        assert_eq!(after.journal(1).map(|journal| journal.len()), Ok(3));
        assert_eq!(read(&after, 1).pokes, 1);
        assert_eq!(
            after.find("order", "b").map(|found| found.map(|found| found.id)),
            Ok(Some(6))
        );
        assert_eq!(after.offer("paint", &[VERSION]), Ok(Some(3)));
        assert_eq!(after.active(VERSION, 0, 10), Ok(vec![1, 5, 6]));
        assert_eq!(after.next_wake(VERSION), Ok(Some(at(77))));
        assert_eq!(after.totals(), store.totals());
        assert_eq!(after.check(), Ok(()));
    }
}

/// Copies a store that is open, as a crash would leave it.
fn copy(from: &tempfile::TempDir, to: &tempfile::TempDir) {
    for file in ["store.db", "store.db-wal", "store.db-log0", "store.db-log1"] {
        let copied = std::fs::copy(from.path().join(file), to.path().join(file));
        copied.expect("files can be copied");
    }
}

/// Copies a store, with something changed in the log that is written to.
fn with_changed_log(change: impl FnOnce(&mut Vec<u8>)) -> tempfile::TempDir {
    let (folder, after) = (folder(), folder());
    let store = open(&folder);
    for (id, name) in [(1, "a"), (2, "b"), (3, "c")] {
        write(&store, &[start(execution(id, name))]);
    }
    copy(&folder, &after);
    let path = after.path().join("store.db-log0");
    let mut bytes = std::fs::read(&path).expect("it can be read");
    change(&mut bytes);
    std::fs::write(&path, bytes).expect("it can be written");
    after
}

/// Length of a batch in the log, up to where the next one begins.
fn length(batch: &[u8]) -> usize {
    let length = batch[8..16].try_into().expect("it has a length");
    let length = 20 + usize::try_from(u64::from_le_bytes(length)).expect("it is short");
    length.next_multiple_of(4096)
}

#[test]
fn a_changed_log_is_noticed() {
    let changed = with_changed_log(|log| log[40] ^= 1);
    let opened = SqliteStore::open(changed.path().join("store.db"));
    assert!(matches!(opened, Err(StoreError::Damaged(text)) if text.contains("log")));
    // The first batch is not there at all.
    let changed = with_changed_log(|log| drop(log.drain(..length(log))));
    let opened = SqliteStore::open(changed.path().join("store.db"));
    assert!(matches!(opened, Err(StoreError::Damaged(text)) if text.contains("missing")));
}

/// The last batch was being written when there was a crash: nobody was told that it is there.
#[test]
fn a_torn_batch_is_none() {
    let torn = |log: &mut Vec<u8>| {
        let third = length(log) + length(&log[length(log)..]);
        log[third + 60] ^= 1;
    };
    for changed in [
        with_changed_log(torn),
        with_changed_log(|log| {
            torn(log);
            let third = length(log) + length(&log[length(log)..]);
            log.truncate(third + 60);
        }),
    ] {
        let store = open(&changed);
        assert_eq!(store.totals().map(|totals| totals.last_id), Ok(2));
        // Others take its place.
        write(&store, &[start(execution(3, "d")), append(1, 1)]);
        let again = folder();
        copy(&changed, &again);
        let again = open(&again);
        assert_eq!(again.totals().map(|totals| totals.last_id), Ok(3));
        assert_eq!(again.journal(1).map(|journal| journal.len()), Ok(2));
    }
}

/// The files of the log are written in turns, and over what was in them before.
#[test]
fn the_log_goes_round() {
    let (folder, after) = (folder(), folder());
    let store = open(&folder);
    for id in 1..=9 {
        for number in 0..id % 4 {
            write(&store, &[append(id - 1, number + 1)]);
        }
        write(&store, &[start(execution(id, &id.to_string()))]);
        store.settle(id % 2 == 0).expect("the store works");
        copy(&folder, &after);
        let after = open(&after);
        for id in 1..=id {
            assert_eq!(after.execution(id), store.execution(id), "{id}");
            assert_eq!(after.journal(id), store.journal(id), "{id}");
        }
    }
}

/// A log that another database left is not taken for one's own.
#[test]
fn the_log_of_another_database_is_none() {
    let (folder, other) = (folder(), folder());
    let store = open(&folder);
    write(&store, &[start(execution(1, "a"))]);
    let log = "store.db-log0";
    let copied = std::fs::copy(folder.path().join(log), other.path().join(log));
    copied.expect("files can be copied");
    assert_eq!(open(&other).totals(), Ok(Totals::default()));
}

/// The views that are there for `sqlite3`.
#[test]
fn journals_and_histories_can_be_read_with_sql() {
    let folder = folder();
    let store = open(&folder);
    let mut ended = end(1, None);
    if let Write::End { ended, .. } = &mut ended {
        ended.history = Some(r#"{"events":[["PassStateEntered",{"state":"A","after":5}]]}"#.into());
    }
    write(&store, &[start(execution(1, "a")), append(1, 1)]);
    store.settle(true).expect("the store works");
    write(&store, &[append(1, 2), ended]);
    drop(store);
    let connection = rusqlite::Connection::open(folder.path().join("store.db")).expect("it is a database");
    let texts = |query: &str| {
        let mut statement = connection.prepare(query).expect("it is SQL");
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .expect("it can be asked");
        rows.map(|text| text.expect("it is a text")).collect::<Vec<_>>()
    };
    assert_eq!(
        texts("SELECT number || ' ' || at || ' ' || events FROM journal WHERE execution = 1 ORDER BY number"),
        [r#"0 1001 {"ü":[1,"\u0000"]}"#, "1 2001 [1]", "2 2002 [2]"]
    );
    assert_eq!(
        texts("SELECT id || ' ' || type || ' ' || state FROM history WHERE execution = 1"),
        ["1 PassStateEntered A"]
    );
}
