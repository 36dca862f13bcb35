//! What durable executions cost.
//!
//! ```text
//! cargo run --release -p durable-load                  orders at 1, 16 and 128 at once, beside a plain log of the same records
//! cargo run --release -p durable-load -- parked 1000000    so many parked executions: the file, opening it, the memory
//! ```

mod log;
mod parked;

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, error};

use asl_runtime::durable::Engine;
use asl_runtime::durable::store::{Query, SqliteStore, Store};
use asl_runtime::{Value, asl, json, tasks};

use log::Log;

asl!("../order.asl.json");
asl!(mod wait = "../wait.asl.json");

const TIME: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;

struct Shop;

#[tasks]
impl order::Tasks for Shop {
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => load().await,
        ["parked", count] => parked::run(count.parse()?),
        _ => Err("usage: durable-load [parked N]".into()),
    }
}

async fn load() -> Result<(), Box<dyn error::Error>> {
    // Beside the program, and so on a disk: the folder of temporary files may be in memory.
    let program = env::current_exe()?;
    let folder = tempfile::tempdir_in(program.parent().unwrap_or(Path::new(".")))?;
    let sizes = record_sizes(folder.path()).await?;
    println!("an order is {} records of {sizes:?} bytes", sizes.len());
    println!(
        "{:>10} {:>14} {:>14} {:>14} {:>8}",
        "at once", "orders/s", "records/s", "log records/s", "ratio"
    );
    for at_once in [1, 16, 128] {
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let name = format!("{at_once}-{round}");
            let orders = orders(&folder.path().join(format!("{name}.db")), at_once).await?;
            let log = plain(&folder.path().join(format!("{name}.log")), at_once, &sizes).await?;
            ratios.push((orders * sizes.len() as f64 / log, orders, log));
        }
        ratios.sort_by(|left, right| left.0.total_cmp(&right.0));
        let (ratio, orders, log) = ratios[ROUNDS / 2];
        let records = orders * sizes.len() as f64;
        println!(
            "{at_once:>10} {orders:>14.0} {records:>14.0} {log:>14.0} {:>7.0}%",
            ratio * 100.0
        );
    }
    Ok(())
}

fn input(number: usize) -> Value {
    json!({ "id": (format!("o-{number}")), "customer": ("c".repeat(300)), "lines": [1, 2, 3] })
}

/// What an order writes: its start with the input, a record for each result, the last with the history.
async fn record_sizes(folder: &Path) -> Result<Vec<usize>, Box<dyn error::Error>> {
    let path = folder.join("sizes.db");
    let engine = Engine::builder()
        .machine(order::machine(Shop))
        .open(&path)
        .await?;
    engine.start("order", "o", &input(0)).await?.wait().await?;
    engine.close().await;
    let store = SqliteStore::open(&path)?;
    let id = store.list(&Query {
        limit: 1,
        ..Query::default()
    })?[0]
        .id;
    let mut sizes: Vec<usize> = store
        .journal(id)?
        .iter()
        .map(|record| record.events.len())
        .collect();
    let ended = store.ended(id)?.unwrap_or_default();
    if let Some(last) = sizes.last_mut() {
        *last += ended.output.unwrap_or_default().len() + ended.history.unwrap_or_default().len();
    }
    Ok(sizes)
}

/// Orders a second.
async fn orders(path: &Path, at_once: usize) -> Result<f64, Box<dyn error::Error>> {
    let engine = Engine::builder().machine(order::machine(Shop)).open(path).await?;
    let done = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let customers: Vec<_> = (0..at_once)
        .map(|customer| {
            let (engine, done) = (engine.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut number = customer;
                while start.elapsed() < TIME {
                    let name = format!("o-{number}");
                    let execution = engine.start("order", name.as_str(), &input(number)).await;
                    let ended = match execution {
                        Ok(execution) => execution.wait().await,
                        Err(error) => Err(error),
                    };
                    if let Err(error) = ended {
                        eprintln!("{error}");
                        return;
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                    number += at_once;
                }
            })
        })
        .collect();
    for customer in customers {
        customer.await?;
    }
    let rate = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    engine.close().await;
    Ok(rate)
}

/// Records a second of a plain log.
async fn plain(path: &Path, at_once: usize, sizes: &[usize]) -> Result<f64, Box<dyn error::Error>> {
    let log = Arc::new(Log::create(path)?);
    let done = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let writers: Vec<_> = (0..at_once)
        .map(|_| {
            let (log, done, sizes) = (Arc::clone(&log), Arc::clone(&done), sizes.to_vec());
            tokio::spawn(async move {
                while start.elapsed() < TIME {
                    for size in &sizes {
                        log.append(vec![b'x'; *size]).await;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await?;
    }
    Ok(done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}
