//! What is searched for is found wherever it is: in the tables, in the log, or on its way from one to the other.

use rusqlite::Connection;

use super::*;

/// Random numbers, always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A write as an engine would make it.
    fn write(&mut self, store: &MemoryStore) -> Write {
        let last = store.totals().unwrap_or_default().last_id;
        let id = self.below(last + 2);
        let known = store.execution(id).unwrap_or_default();
        let Some(known) = known else {
            let mut execution = execution(last + 1, &format!("e{}", last + 1));
            execution.machine = format!("m{}", self.below(3)).into();
            execution.fingerprint = VERSION + self.below(2);
            execution.map_run = (self.below(4) == 0).then(|| "run".to_owned());
            execution.parent = (last > 0 && self.below(3) == 0).then(|| (self.below(last) + 1, 7));
            return start(execution);
        };
        if known.status != Status::Running {
            return match self.below(3) {
                0 => Write::Delete { execution: id },
                _ => Write::Redrive {
                    execution: id,
                    at: at(5000),
                    count: known.redrive_count + 1,
                    ticket: Some(self.below(9)),
                },
            };
        }
        match self.below(9) {
            0 => Write::Unpark { execution: id },
            1 => Write::Wake {
                machine: known.machine.into(),
                name: known.name.into(),
            },
            2 => Write::Problem {
                execution: id,
                problem: (self.below(2) == 0).then(|| "p".to_owned()),
            },
            3 | 4 => end(id, known.parent.map(|(parent, _)| parent)),
            _ => {
                let count = self.below(3);
                let offers = (0..count).map(|number| Offer {
                    activity: format!("a{}", self.below(8)),
                    token: format!("t{number}"),
                });
                let offers = offers.collect();
                Write::Park {
                    execution: id,
                    wake_at: (self.below(3) > 0).then(|| at(1 + self.below(20).cast_signed())),
                    timers: String::new(),
                    offers,
                    seen: known.pokes.saturating_sub(self.below(4) / 3),
                }
            }
        }
    }
}

/// All that can be searched for.
fn searched(store: &dyn Store) -> String {
    let mut text = String::new();
    let mut add = |found: &dyn fmt::Debug| text.push_str(&format!("{found:?}\n"));
    for limit in [1, 3, 1000] {
        for fingerprint in [VERSION, VERSION + 1] {
            for number in [0, 5, 20] {
                add(&store.active(fingerprint, number, limit));
            }
            // Those of one time come in any order.
            for time in [0, 10, 100] {
                let due = store.due(fingerprint, at(time), limit).expect("it works");
                let mut times: Vec<_> = due.iter().map(|id| read(store, *id).wake_at).collect();
                assert!(times.is_sorted());
                add(&(due.len(), times.pop()));
            }
            add(&store.next_wake(fingerprint));
        }
        let mut ended = store.ended_before(at(9001), limit).expect("it works");
        ended.sort_unstable();
        add(&ended.len());
        if limit == 1000 {
            add(&ended);
        }
        let all = Query {
            limit,
            ..Query::default()
        };
        for query in [
            all.clone(),
            Query {
                machine: Some("m1".to_owned()),
                before: Some(12),
                ..all.clone()
            },
            Query {
                status: Some(Status::Running),
                ..all.clone()
            },
            Query {
                map_run: Some("run".to_owned()),
                status: Some(Status::Failed),
                redriven: Some(true),
                from: Some(at(1003)),
                to: Some(at(1030)),
                ..all.clone()
            },
        ] {
            add(&store.list(&query));
        }
    }
    for activity in 0..8 {
        for versions in [&[VERSION, VERSION + 1][..], &[VERSION + 1]] {
            add(&store.offer(&format!("a{activity}"), versions));
        }
    }
    add(&store.offer("none", &[VERSION]));
    add(&store.totals().map(|totals| totals.running));
    text
}

#[test]
fn what_is_searched_for_is_found_wherever_it_is() {
    for seed in 1..=3 {
        let mut random = Random(seed);
        let folder = folder();
        let (memory, sqlite) = (MemoryStore::new(), open(&folder));
        for step in 0..100 {
            let writes: Vec<Write> = (0..=random.below(3)).map(|_| random.write(&memory)).collect();
            // They were made for what there was before the first of them.
            for write in writes {
                let batch = Batch::of(&[write]);
                assert_eq!(sqlite.write(&batch), memory.write(&batch), "{seed} {step}");
            }
            match random.below(6) {
                0 => sqlite.settle(true).expect("it works"),
                1 => sqlite.settle(false).expect("it works"),
                2 => sqlite.part(true).expect("it works"),
                3 => sqlite.part(false).expect("it works"),
                _ => {}
            }
            assert_eq!(searched(&sqlite), searched(&memory), "{seed} {step}");
        }
    }
}

/// The tables take nothing, as when the disk is full.
#[test]
fn what_cannot_be_brought_into_the_tables_is_found() {
    let folder = folder();
    let store = open(&folder);
    write(&store, &[start(execution(1, "a")), start(execution(2, "b"))]);
    store.settle(true).expect("it works");
    let other = Connection::open(folder.path().join("store.db")).expect("it can be opened");
    other
        .execute_batch("BEGIN IMMEDIATE; DELETE FROM offers")
        .expect("nobody else writes");
    write(
        &store,
        &[park(1, Some(at(50)), 0), end(2, None), start(execution(3, "c"))],
    );
    let running = Query {
        status: Some(Status::Running),
        limit: 10,
        ..Query::default()
    };
    let ids = |found: Vec<StoredExecution>| found.iter().map(|of| of.id).collect::<Vec<_>>();
    assert_eq!(store.list(&running).map(ids), Ok(vec![3, 1]));
    assert_eq!(store.due(VERSION, at(50), 10), Ok(vec![1]));
    assert_eq!(store.next_wake(VERSION), Ok(Some(at(50))));
    assert_eq!(store.active(VERSION, 0, 10), Ok(vec![3]));
    assert_eq!(store.ended_before(at(9001), 10), Ok(vec![2]));
    let totals = Totals {
        last_id: 3,
        running: 2,
    };
    assert_eq!(store.totals(), Ok(totals));
    drop(other);
}
