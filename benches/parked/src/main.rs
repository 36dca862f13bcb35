//! What many parked executions cost: the file, opening it, the memory, and that all wake in time.
//!
//! ```text
//! cargo run --release -p parked -- 1000000
//! ```

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use asl_runtime::durable::store::{Batch, Query, SqliteStore, Store, Write};
use asl_runtime::durable::{Clock, Engine, List, Status};
use asl_runtime::{Timestamp, asl, json};
use tokio::runtime::{Builder, Runtime};

asl!(mod wait = "../wait.asl.json");

struct Shop;

#[asl_runtime::tasks]
impl wait::Tasks for Shop {}

/// Only writes executions into a file.
const FILL: &str = "--fill";

/// How long they wait at least.
const WAIT: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: parked COUNT";
    let arguments: Vec<_> = env::args().skip(1).collect();
    let count: u64 = match &*arguments {
        [count] => count.parse()?,
        [fill, path, count] if fill == FILL => return self::fill(Path::new(path), count.parse()?),
        _ => return Err(usage.into()),
    };
    let program = env::current_exe()?;
    let folder = tempfile::tempdir_in(program.parent().unwrap_or(Path::new(".")))?;
    let path = folder.path().join("parked.db");
    // In a process of its own, whose memory is not that of who opens the file.
    let filled = Instant::now();
    let done = Command::new(&program)
        .arg(FILL)
        .arg(&path)
        .arg(count.to_string())
        .status()?;
    if !done.success() {
        return Err("the executions could not be written".into());
    }
    let size = fs::metadata(&path)?.len() / 1_000_000;
    println!(
        "{count} parked executions: written in {:.1} s, {size} MB",
        filled.elapsed().as_secs_f64()
    );
    let before = resident()?;
    runtime()?.block_on(wake(&path, count, before))
}

/// A runtime with simulated time.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
}

/// Writes one execution as an engine does, and then as many like it.
fn fill(path: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    runtime()?.block_on(async {
        let builder = Engine::builder().machine(wait::machine(Shop)).clock(clock());
        let engine = builder.open(path).await?;
        let execution = engine
            .start("wait", "pattern", &json!({ "seconds": WAIT }))
            .await?;
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(execution);
        engine.close().await;
        Ok::<_, Box<dyn Error>>(())
    })?;
    let store = SqliteStore::open(path)?;
    let pattern = store
        .list(&Query {
            limit: 1,
            ..Query::default()
        })?
        .remove(0);
    let wake_at = pattern.wake_at.ok_or("the pattern is not parked")?;
    let mut batch = Batch::default();
    for number in 1..count {
        let later = number % 1000;
        let id = pattern.id + number;
        let mut execution = pattern.clone();
        execution.id = id;
        execution.name = format!("parked-{number}").into();
        execution.wake_at = Some(wake_at + Duration::from_secs(later));
        batch.push(&Write::Start {
            execution: Arc::new(execution),
            input: format!("{{\"seconds\":{}}}", WAIT + later).into(),
        });
        if batch.len() == 10_000 {
            store.write(&std::mem::take(&mut batch))?;
        }
    }
    store.write(&batch)?;
    Ok(())
}

async fn wake(path: &Path, count: u64, before: u64) -> Result<(), Box<dyn Error>> {
    let opening = Instant::now();
    let builder = Engine::builder().machine(wait::machine(Shop)).clock(clock());
    let engine = builder.open(path).await?;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let opened = opening.elapsed();
    println!(
        "opened in {:.2} s, {} in memory, resident memory {} MB (before {before} MB)",
        opened.as_secs_f64(),
        engine.in_memory(),
        resident()?,
    );
    let waking = Instant::now();
    let mut most = 0;
    // By the simulated clock it is soon time.
    tokio::time::sleep(Duration::from_secs(WAIT - 120)).await;
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        most = most.max(resident()?);
        let running = engine
            .list(List::all().with_status(Status::Running).limit(1))
            .await?;
        if running.executions.is_empty() {
            break;
        }
    }
    let seconds = waking.elapsed().as_secs_f64();
    println!(
        "all woke in {seconds:.0} s, {:.0} a second, resident memory at most {most} MB",
        count as f64 / seconds
    );
    let mut late = Duration::ZERO;
    let mut page = engine.list(List::all().limit(1000)).await?;
    let mut seen = 0;
    loop {
        for execution in &page.executions {
            let number: u64 = execution.name.strip_prefix("parked-").map_or(Ok(0), str::parse)?;
            let due = execution.start_time + Duration::from_secs(WAIT + number % 1000);
            let stopped = execution.stop_time.ok_or("an execution has not ended")?;
            if stopped < due {
                return Err(format!("{} woke too early", execution.name).into());
            }
            late = late.max(stopped.since(due));
            seen += 1;
        }
        let Some(next) = page.next_token else { break };
        page = engine.list(List::all().limit(1000).after(&next)?).await?;
    }
    println!(
        "{seen} ended, the latest {} ms (by the simulated clock) after its time",
        late.as_millis()
    );
    engine.close().await;
    if seen == count {
        Ok(())
    } else {
        Err(format!("{count} were parked").into())
    }
}

fn clock() -> Clock {
    Clock::tokio(Timestamp::from_millis(1_767_225_600_000))
}

/// Resident memory of the process in MB.
fn resident() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap_or_default().parse()?;
    Ok(kilobytes / 1000)
}
