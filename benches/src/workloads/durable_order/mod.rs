//! Durable orders of three tasks, some at once, beside plain logs of the same records, in a file (`structs`) and in a table
//! of SQLite (`value`): each record is on the disk before the order goes on. One variant has them beside a log that is
//! written over and keeps nothing for long: no database writes less than that.

mod log;

use std::convert::Infallible;
use std::env;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_runtime::durable::Engine;
use asl_runtime::durable::store::{Query, SqliteStore, Store};
use asl_runtime::{Value, asl, json, tasks};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{Must, Program, Workload};
use crate::report::{OURS, STRUCTS, VALUE};
use log::Log;

asl!("../../../workloads/durable_order.asl.json");

struct Shop;

#[tasks]
impl durable_order::Tasks for Shop {
    async fn charge(&self, order: Value) -> Result<Value, Infallible> {
        Ok(json!({ "status": "paid", "order": (order["id"].clone()), "receipt": ("r".repeat(100)) }))
    }
    async fn reserve(&self, _: Value) -> Result<Value, Infallible> {
        Ok(json!({ "shelf": 7, "token": ("t".repeat(100)) }))
    }
    async fn ship(&self, _: Value) -> Result<Value, Infallible> {
        Ok(json!({ "parcel": 42, "label": ("l".repeat(100)) }))
    }
}

pub(super) fn workloads() -> Vec<Workload> {
    vec![
        beside_logs("1 at once", 1),
        beside_logs("16 at once", 16),
        beside_logs("128 at once", 128),
        workload(
            "128, ring",
            vec![
                orders(128),
                records(STRUCTS, 128, |path| Log::written_over(path).must()),
            ],
        ),
    ]
}

fn beside_logs(variant: &'static str, at_once: usize) -> Workload {
    let programs = vec![
        orders(at_once),
        records(STRUCTS, at_once, |path| Log::appended(path).must()),
        records(VALUE, at_once, |path| Log::of_rows(path).must()),
    ];
    workload(variant, programs)
}

fn workload(variant: &'static str, programs: Vec<Program>) -> Workload {
    Workload {
        wall: true,
        turn: Duration::from_millis(500),
        ..Workload::new("durable_order", variant, programs)
    }
}

/// The engine.
fn orders(at_once: usize) -> Program {
    let (runtime, folder) = (runtime(), folder());
    let engine = runtime.block_on(engine(folder.path()));
    let mut begun = 0;
    let run = move |count| {
        let numbers = Arc::new(Numbers::new(begun, count));
        begun += count;
        runtime.block_on(at_once_each(at_once, || {
            let (engine, numbers) = (engine.clone(), Arc::clone(&numbers));
            async move {
                while let Some(number) = numbers.next() {
                    order(&engine, number).await;
                }
            }
        }));
        // Else the folder would go before the engine.
        let _ = &folder;
    };
    Program {
        name: OURS,
        run: Box::new(run),
    }
}

/// A plain log.
fn records(name: &'static str, at_once: usize, create: fn(&Path) -> Log) -> Program {
    let (runtime, folder) = (runtime(), folder());
    let sizes: Arc<[usize]> = runtime.block_on(record_sizes(folder.path())).into();
    let log = Arc::new(create(&folder.path().join("log")));
    let run = move |count| {
        let numbers = Arc::new(Numbers::new(0, count));
        runtime.block_on(at_once_each(at_once, || {
            let (log, numbers, sizes) = (Arc::clone(&log), Arc::clone(&numbers), Arc::clone(&sizes));
            async move {
                while numbers.next().is_some() {
                    for size in &*sizes {
                        log.append(vec![b'x'; *size]).await;
                    }
                }
            }
        }));
        let _ = &folder;
    };
    Program {
        name,
        run: Box::new(run),
    }
}

/// Runs so many customers at once, to their end.
async fn at_once_each<F: Future<Output = ()> + Send + 'static>(at_once: usize, customer: impl Fn() -> F) {
    let customers: Vec<_> = (0..at_once).map(|_| tokio::spawn(customer())).collect();
    for customer in customers {
        customer.await.must();
    }
}

/// Runs an order to its end.
async fn order(engine: &Engine, number: usize) {
    let name = format!("o-{number}");
    let input = json!({ "id": (name.as_str()), "customer": ("c".repeat(300)), "lines": [1, 2, 3] });
    let execution = engine.start("durable_order", name.as_str(), &input).await.must();
    execution.wait().await.must();
}

async fn engine(folder: &Path) -> Engine {
    let builder = Engine::builder().machine(durable_order::machine(Shop));
    builder.open(folder.join("orders.db")).await.must()
}

/// What an order writes: its start with the input, a record for each result, the last with the history.
async fn record_sizes(folder: &Path) -> Vec<usize> {
    let engine = engine(folder).await;
    order(&engine, 0).await;
    engine.close().await;
    let store = SqliteStore::open(folder.join("orders.db")).must();
    let all = store.list(&Query {
        limit: 1,
        ..Query::default()
    });
    let Some(execution) = all.must().pop() else {
        return Vec::new();
    };
    let journal = store.journal(execution.id).must();
    let mut sizes: Vec<usize> = journal.iter().map(|record| record.events.len()).collect();
    let ended = store.ended(execution.id).must().unwrap_or_default();
    if let Some(last) = sizes.last_mut() {
        *last += ended.output.unwrap_or_default().len() + ended.history.unwrap_or_default().len();
    }
    sizes
}

/// The numbers of the orders in a turn.
struct Numbers {
    next: AtomicUsize,
    end: usize,
}

impl Numbers {
    fn new(first: usize, count: usize) -> Self {
        Self {
            next: AtomicUsize::new(first),
            end: first + count,
        }
    }

    fn next(&self) -> Option<usize> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.end).then_some(number)
    }
}

/// A folder beside the program, and so on a disk: that of temporary files may be in memory.
fn folder() -> TempDir {
    let program = env::current_exe().must();
    tempfile::tempdir_in(program.parent().unwrap_or(Path::new("."))).must()
}

/// A runtime as servers have it.
fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().must()
}
