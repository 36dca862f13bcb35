//! The behaviour suite: what is asked of every store.

use super::*;

/// Runs each of the tests on each of the stores.
macro_rules! on_every_store {
    ($($test:ident)*) => {
        mod memory {
            $(#[test]
            fn $test() {
                super::$test(&super::MemoryStore::new());
            })*
        }
        mod sqlite {
            $(#[test]
            fn $test() {
                let folder = super::folder();
                super::$test(&super::open(&folder));
            })*
        }
        mod sqlite_settled {
            $(#[test]
            fn $test() {
                for all in [true, false] {
                    let folder = super::folder();
                    super::$test(&super::Settled(super::open(&folder), all));
                }
            })*
        }
    };
}

/// Brings what it is given from the log into the other tables at once, one write after the other.
#[derive(Debug)]
struct Settled(SqliteStore, bool);

/// Has the inner store do it.
macro_rules! as_the_inner_one {
    ($($name:ident($($parameter:ident: $type:ty),*) -> $result:ty)*) => {
        $(fn $name(&self, $($parameter: $type),*) -> Result<$result, StoreError> {
            self.0.$name($($parameter),*)
        })*
    };
}

impl Store for Settled {
    fn write(&self, batch: &Batch) -> Result<Vec<Written>, StoreError> {
        let mut written = Vec::new();
        for write in batch.writes() {
            written.extend(self.0.write(&Batch::of(&[write]))?);
            self.0.settle(self.1)?;
        }
        Ok(written)
    }

    as_the_inner_one! {
        execution(id: ExecutionId) -> Option<StoredExecution>
        find(machine: &str, name: &str) -> Option<StoredExecution>
        journal(id: ExecutionId) -> Vec<Record>
        input(id: ExecutionId) -> Option<String>
        ended(id: ExecutionId) -> Option<Ended>
        active(fingerprint: u64, after: ExecutionId, limit: usize) -> Vec<ExecutionId>
        due(fingerprint: u64, now: Timestamp, limit: usize) -> Vec<ExecutionId>
        next_wake(fingerprint: u64) -> Option<Timestamp>
        offer(activity: &str, fingerprints: &[u64]) -> Option<ExecutionId>
        list(query: &Query) -> Vec<StoredExecution>
        ended_before(time: Timestamp, limit: usize) -> Vec<ExecutionId>
        totals() -> Totals
    }
}

on_every_store! {
    starts_once
    keeps_what_it_is_given
    parks_and_wakes
    does_not_park_what_was_poked
    ends_once
    redrives
    wakes_by_name
    lists
    deletes
    gives_no_number_twice
    holds_problems
    offers_in_order
    applies_all_in_order
}

fn starts_once(store: &dyn Store) {
    let first = execution(1, "a");
    let written = write(store, &[start(first.clone()), start(execution(2, "b"))]);
    assert_eq!(written, [Written::Done, Written::Done]);
    let again = write(store, &[start(execution(3, "a"))]);
    assert_eq!(again, [Written::Exists(Box::new(first.clone()))]);
    assert_eq!(store.execution(3), Ok(None));
    assert_eq!(store.find("order", "a"), Ok(Some(first)));
    assert_eq!(store.find("order", "c"), Ok(None));
    let mut other = execution(4, "a");
    other.machine = "shipping".into();
    assert_eq!(write(store, &[start(other)]), [Written::Done]);
    assert_eq!(
        store.totals(),
        Ok(Totals {
            last_id: 4,
            running: 3
        })
    );
}

fn keeps_what_it_is_given(store: &dyn Store) {
    let mut full = execution(7, "a");
    full.parent = Some((3, u64::from(u32::MAX) + 1));
    full.map_run = Some("arn".to_owned());
    write(store, &[start(full.clone()), append(7, 1)]);
    // Written twice, as after a commit whose answer was lost.
    write(store, &[append(7, 1), append(7, 2)]);
    assert_eq!(read(store, 7), full);
    let journal = store.journal(7).expect("the store works");
    assert_eq!(journal[0].events, r#"{"ü":[1,"\u0000"]}"#);
    assert_eq!(journal[0].at, full.started_at);
    assert_eq!(journal[1..], [record(1), record(2)]);
    assert_eq!(store.input(7), Ok(Some(r#"{"ü":[1,"\u0000"]}"#.to_owned())));
    assert_eq!(store.input(8), Ok(None));
    assert_eq!(store.journal(8), Ok(Vec::new()));
}

fn parks_and_wakes(store: &dyn Store) {
    for id in 1..=5 {
        write(store, &[start(execution(id, &id.to_string()))]);
    }
    let parks = [
        park(1, Some(at(500)), 0),
        park(2, Some(at(300)), 0),
        park(3, None, 0),
        park(4, Some(at(700)), 0),
    ];
    assert_eq!(write(store, &parks), vec![Written::Done; 4]);
    assert_eq!(read(store, 1).timers, "timers");
    assert_eq!(store.active(VERSION, 0, 10), Ok(vec![5]));
    assert_eq!(store.due(VERSION, at(500), 10), Ok(vec![2, 1]));
    assert_eq!(store.due(VERSION, at(500), 1), Ok(vec![2]));
    assert_eq!(store.due(VERSION + 1, at(500), 10), Ok(Vec::new()));
    assert_eq!(store.next_wake(VERSION), Ok(Some(at(300))));
    assert_eq!(store.next_wake(VERSION + 1), Ok(None));
    write(
        store,
        &[Write::Unpark { execution: 2 }, Write::Unpark { execution: 3 }],
    );
    assert_eq!(store.active(VERSION, 0, 10), Ok(vec![2, 3, 5]));
    assert_eq!(store.active(VERSION, 2, 1), Ok(vec![3]));
    assert_eq!(store.next_wake(VERSION), Ok(Some(at(500))));
    assert_eq!(read(store, 2).timers, "");
}

fn does_not_park_what_was_poked(store: &dyn Store) {
    let mut child = execution(2, "child");
    child.parent = Some((1, 9));
    write(
        store,
        &[start(execution(1, "parent")), start(child), park(1, None, 0)],
    );
    assert_eq!(write(store, &[end(2, Some(1))]), [Written::Pokes(1)]);
    // Told again, it counts once.
    assert_eq!(write(store, &[end(2, Some(1))]), [Written::Pokes(1)]);
    assert_eq!(read(store, 1).wake_at, Some(ACTIVE));
    assert_eq!(read(store, 1).pokes, 1);
    assert_eq!(write(store, &[park(1, None, 0)]), [Written::Poked]);
    assert_eq!(read(store, 1).wake_at, Some(ACTIVE));
    assert_eq!(write(store, &[park(1, None, 1)]), [Written::Done]);
    assert_eq!(read(store, 1).wake_at, None);
}

fn ends_once(store: &dyn Store) {
    write(store, &[start(execution(1, "a")), end(1, None)]);
    let mut other = end(1, None);
    if let Write::End { status, .. } = &mut other {
        *status = Status::Succeeded;
    }
    write(
        store,
        &[other, park(1, Some(at(1)), 0), Write::Unpark { execution: 1 }],
    );
    let ended = read(store, 1);
    assert_eq!((ended.status, ended.stopped_at), (Status::Failed, Some(at(9000))));
    assert_eq!(
        (ended.error.as_deref(), ended.cause, ended.wake_at),
        (Some("E"), None, None)
    );
    let kept = store.ended(1).expect("the store works");
    assert_eq!(kept.and_then(|kept| kept.history).as_deref(), Some("history"));
    assert_eq!(store.ended(2), Ok(None));
    assert_eq!(store.active(VERSION, 0, 10), Ok(Vec::new()));
    assert_eq!(store.totals().map(|totals| totals.running), Ok(0));
}

fn redrives(store: &dyn Store) {
    write(store, &[start(execution(1, "a")), end(1, None)]);
    let redrive = Write::Redrive {
        execution: 1,
        at: at(9500),
        count: 1,
        ticket: None,
    };
    write(store, &[redrive]);
    let mut expected = execution(1, "a");
    expected.redrive_count = 1;
    expected.redriven_at = Some(at(9500));
    assert_eq!(read(store, 1), expected);
    assert_eq!(store.ended(1), Ok(None));
    assert_eq!(store.active(VERSION, 0, 10), Ok(vec![1]));
    write(store, &[end(1, None)]);
    assert!(store.ended(1).expect("the store works").is_some());

    let mut child = execution(3, "child");
    child.parent = Some((1, 9));
    let redrive = |ticket| Write::Redrive {
        execution: 3,
        at: at(9500),
        count: 1,
        ticket,
    };
    write(store, &[start(child), end(3, None), redrive(Some(12))]);
    assert_eq!(read(store, 3).parent, Some((1, 12)));
    write(store, &[end(3, None), redrive(None)]);
    assert_eq!(read(store, 3).parent, Some((1, 12)));
}

fn wakes_by_name(store: &dyn Store) {
    let wake = |name: &str| Write::Wake {
        machine: execution(1, "a").machine.into(),
        name: name.to_owned(),
    };
    write(
        store,
        &[start(execution(1, "a")), start(execution(2, "b")), end(2, None)],
    );
    write(store, &[park(1, None, 0)]);
    assert_eq!(
        write(store, &[wake("a"), wake("b"), wake("c")]),
        vec![Written::Done; 3]
    );
    let woken = read(store, 1);
    assert_eq!((woken.wake_at, woken.timers.as_str()), (Some(ACTIVE), "timers"));
    assert_eq!(read(store, 2).status, Status::Failed);
    // It would not be told any more.
    assert_eq!(write(store, &[park(1, None, 0)]), [Written::Poked]);
    assert_eq!(write(store, &[park(1, None, woken.pokes)]), [Written::Done]);
}

fn lists(store: &dyn Store) {
    for id in 1..=6 {
        let mut new = execution(id, &id.to_string());
        if id % 2 == 0 {
            new.machine = "even".into();
            new.map_run = Some("run".to_owned());
        }
        write(store, &[start(new)]);
    }
    write(store, &[end(3, None), end(4, None)]);
    let ids = |query: Query| {
        let limit = if query.limit == 0 { 100 } else { query.limit };
        let found = store.list(&Query { limit, ..query }).expect("the store works");
        found
            .into_iter()
            .map(|execution| execution.id)
            .collect::<Vec<_>>()
    };
    let all = Query::default;
    assert_eq!(ids(all()), [6, 5, 4, 3, 2, 1]);
    assert_eq!(
        ids(Query {
            limit: 2,
            before: Some(5),
            ..all()
        }),
        [4, 3]
    );
    let machine = Some("order".to_owned());
    assert_eq!(
        ids(Query {
            machine: machine.clone(),
            ..all()
        }),
        [5, 3, 1]
    );
    let failed = Some(Status::Failed);
    assert_eq!(
        ids(Query {
            machine: machine.clone(),
            status: failed,
            ..all()
        }),
        [3]
    );
    let running = Some(Status::Running);
    assert_eq!(
        ids(Query {
            machine,
            status: running,
            before: Some(5),
            ..all()
        }),
        [1]
    );
    assert_eq!(
        ids(Query {
            status: failed,
            ..all()
        }),
        [4, 3]
    );
    assert_eq!(
        ids(Query {
            map_run: Some("run".to_owned()),
            ..all()
        }),
        [6, 4, 2]
    );
    let redrive = Write::Redrive {
        execution: 4,
        at: at(9500),
        count: 1,
        ticket: None,
    };
    write(store, &[redrive]);
    for (redriven, expected) in [(true, vec![4]), (false, vec![6, 2])] {
        let children = Query {
            map_run: Some("run".to_owned()),
            redriven: Some(redriven),
            ..all()
        };
        assert_eq!(ids(children), expected);
    }
    assert_eq!(
        ids(Query {
            from: Some(at(1002)),
            to: Some(at(1004)),
            ..all()
        }),
        [3, 2]
    );
}

fn deletes(store: &dyn Store) {
    write(store, &[start(execution(1, "a")), append(1, 1), end(1, None)]);
    write(store, &[start(execution(2, "b"))]);
    assert_eq!(store.ended_before(at(9000), 10), Ok(Vec::new()));
    assert_eq!(store.ended_before(at(9001), 10), Ok(vec![1]));
    assert_eq!(store.ended_before(at(9001), 0), Ok(Vec::new()));
    write(store, &[Write::Delete { execution: 1 }]);
    assert_eq!(store.execution(1), Ok(None));
    assert_eq!(store.journal(1), Ok(Vec::new()));
    assert_eq!(store.ended(1), Ok(None));
    // The name is free again.
    assert_eq!(write(store, &[start(execution(3, "a"))]), [Written::Done]);
}

fn gives_no_number_twice(store: &dyn Store) {
    let last = || store.totals().map(|totals| totals.last_id);
    assert_eq!(last(), Ok(0));
    write(store, &[start(execution(1, "a")), start(execution(2, "b"))]);
    write(store, &[end(2, None)]);
    write(store, &[Write::Delete { execution: 2 }]);
    assert_eq!((store.execution(2), last()), (Ok(None), Ok(2)));
    // Also of one that came and went at once, and when there is none left.
    let gone = |id: ExecutionId| [end(id, None), Write::Delete { execution: id }];
    write(store, &[&[start(execution(3, "c"))][..], &gone(3)].concat());
    write(store, &gone(1));
    assert_eq!((store.execution(1), last()), (Ok(None), Ok(3)));
}

fn holds_problems(store: &dyn Store) {
    write(store, &[start(execution(1, "a")), park(1, Some(at(5)), 0)]);
    let problem = |problem: Option<&str>| Write::Problem {
        execution: 1,
        problem: problem.map(str::to_owned),
    };
    write(store, &[problem(Some("broken"))]);
    assert_eq!(read(store, 1).problem.as_deref(), Some("broken"));
    assert_eq!(store.active(VERSION, 0, 10), Ok(Vec::new()));
    assert_eq!(store.due(VERSION, at(100), 10), Ok(Vec::new()));
    write(store, &[problem(None)]);
    assert_eq!(store.active(VERSION, 0, 10), Ok(vec![1]));
    write(store, &[problem(Some("broken")), end(1, None)]);
    assert_eq!(read(store, 1).problem, None);
}

fn offers_in_order(store: &dyn Store) {
    let first = |activity: &str| store.offer(activity, &[VERSION]);
    let offer = |execution: ExecutionId, activities: &[&str]| {
        let offers = activities.iter().map(|activity| Offer {
            activity: (*activity).to_owned(),
            token: format!("{execution}-{activity}"),
        });
        Write::Park {
            execution,
            wake_at: None,
            timers: String::new(),
            offers: offers.collect(),
            seen: 0,
        }
    };
    for id in 1..=3 {
        write(store, &[start(execution(id, &id.to_string()))]);
    }
    write(
        store,
        &[
            offer(2, &["paint"]),
            offer(1, &["paint", "pack"]),
            offer(3, &["pack"]),
        ],
    );
    assert_eq!(first("paint"), Ok(Some(2)));
    assert_eq!(first("pack"), Ok(Some(1)));
    assert_eq!(first("none"), Ok(None));
    write(store, &[Write::Unpark { execution: 2 }, end(1, None)]);
    assert_eq!(first("paint"), Ok(None));
    assert_eq!(first("pack"), Ok(Some(3)));
    // Of what is held nothing is offered.
    let mut other = execution(4, "4");
    other.fingerprint = VERSION + 1;
    write(store, &[start(other), start(execution(5, "5"))]);
    write(store, &[offer(4, &["paint"]), offer(5, &["paint"])]);
    assert_eq!(first("paint"), Ok(Some(5)));
    assert_eq!(store.offer("paint", &[VERSION, VERSION + 1]), Ok(Some(4)));
    assert_eq!(store.offer("paint", &[]), Ok(None));
    let problem = |problem: Option<&str>| Write::Problem {
        execution: 5,
        problem: problem.map(str::to_owned),
    };
    write(store, &[problem(Some("broken"))]);
    assert_eq!(first("paint"), Ok(None));
    assert_eq!(store.offer("paint", &[VERSION, VERSION + 1]), Ok(Some(4)));
}

fn applies_all_in_order(store: &dyn Store) {
    let writes = [
        start(execution(1, "a")),
        append(1, 1),
        park(1, Some(at(5)), 0),
        Write::Unpark { execution: 1 },
        append(1, 2),
        end(1, None),
        Write::Delete { execution: 1 },
        start(execution(2, "a")),
    ];
    assert_eq!(write(store, &writes), vec![Written::Done; 8]);
    assert_eq!(store.execution(1), Ok(None));
    assert_eq!(read(store, 2), execution(2, "a"));
    assert_eq!(write(store, &[]), []);
}
