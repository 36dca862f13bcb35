//! The process that is killed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use asl_runtime::durable::{Clock, Engine, EngineError, List, Status};
use asl_runtime::{Timestamp, Value, json};
use tokio::time::sleep;

use crate::MACHINES;
use crate::logs::{self, Log};
use crate::mend::Mender;
use crate::tasks::{Random, Tasks};

/// Executions that may be running at once.
const AT_ONCE: usize = 48;

/// How much faster than time the clock of the engines goes. Most of an execution is waiting, for a second each time.
const SPEED: i64 = 10;

/// 2026-01-01T00:00:00Z
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The clock of the engines, which goes on from one process to the next.
pub fn clock() -> Clock {
    let now = || {
        let passed = Timestamp::from(SystemTime::now()).as_millis() - START.as_millis();
        Timestamp::from_millis(START.as_millis() + passed * SPEED)
    };
    Clock::new(now, Duration::from_millis(5))
}

/// The machine, the name and the input of an execution.
pub type Order = (&'static str, String, Value);

/// The execution with a number.
pub fn order(seed: u64, number: u64) -> Order {
    let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let machine = MACHINES[random.below(MACHINES.len() as u64) as usize].name;
    let items: Vec<Value> = (0..random.below(5)).map(Value::from).collect();
    let name = format!("e{number}");
    let input = json!({ "n": number, "name": (name.as_str()), "items": items });
    (machine, name, input)
}

/// Runs until it is killed; the last one until all has ended.
pub fn run(folder: &Path, seed: u64, is_last: bool) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(work(folder.to_path_buf(), seed, is_last))
}

/// Starts executions until the store takes no more, and says how many of them were acknowledged, and why it ends.
pub fn fill(folder: &Path) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let log = Log::open(folder, "none.log").map_err(|error| error.to_string())?;
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let engine = Engine::builder().machine(Tasks::plain(MACHINES[0], &log, &Mender::default()));
        let engine = engine
            .open(folder.join("full.db"))
            .await
            .map_err(|error| error.to_string())?;
        let running = engine
            .list(List::all().limit(1000))
            .await
            .map_err(|error| error.to_string())?;
        for known in &running.executions {
            let execution = engine
                .execution(&known.machine, &known.name)
                .await
                .map_err(|error| error.to_string())?;
            execution
                .describe()
                .await
                .map_err(|error| format!("{}: {error}", known.name))?;
        }
        println!("{} there", running.executions.len());
        let input = json!({ "n": 1, "name": "full", "items": [], "text": ("x".repeat(50_000)) });
        for number in running.executions.len()..running.executions.len() + 60 {
            let name = format!("f{number}");
            if let Err(error) = engine.start(MACHINES[0].name, name.as_str(), &input).await {
                println!("{number} acknowledged, then: {error}");
                // There can be room for a few small records of others, whose writes succeed.
                let mut tries = 0;
                while engine.write_error().is_none() && tries < 100 {
                    let _ = engine.start(MACHINES[0].name, name.as_str(), &input).await;
                    tries += 1;
                }
                println!("the engine says: {:?}", engine.write_error());
                return Ok(());
            }
        }
        println!("all acknowledged");
        engine.close().await;
        Ok(())
    })
}

async fn work(folder: PathBuf, seed: u64, is_last: bool) -> Result<(), String> {
    let log = |name| Log::open(&folder, name).map_err(|error| error.to_string());
    let (calls, tokens) = (log(logs::CALLS)?, log(logs::TOKENS)?);
    let started = log(logs::STARTED)?;
    let mender = Mender::open(&folder).map_err(|error| error.to_string())?;
    let builder = MACHINES.iter().fold(Engine::builder(), |builder, program| {
        builder.machine(Tasks::logged(program, &calls, &tokens, &mender))
    });
    let engine = builder
        .clock(clock())
        .park_after(Duration::from_millis(10))
        .open(folder.join("crash.db"))
        .await
        .map_err(|error| error.to_string())?;
    let (answered, refused) = (log(logs::ANSWERED)?, log(logs::REFUSED)?);
    let approver = Approver {
        engine: engine.clone(),
        folder: folder.clone(),
        answered,
        refused,
    };
    tokio::spawn(Arc::new(approver).run());

    let known = logs::lines(&folder, logs::STARTED).map_err(|error| error.to_string())?;
    let mut number = known.len() as u64;
    loop {
        let running = engine
            .list(List::all().with_status(Status::Running).limit(1000))
            .await;
        let running = running.map_err(|error| error.to_string())?.executions.len();
        let redriven = mender.redrive_failed(&engine).await?;
        if is_last {
            if running == 0 && redriven == 0 {
                engine.close().await;
                return Ok(());
            }
        } else if running < AT_ONCE {
            for _ in running..AT_ONCE {
                let (machine, name, input) = order(seed, number);
                match engine.start(machine, name.as_str(), &input).await {
                    // It was started, but the process died before it could say so.
                    Ok(_) | Err(EngineError::ExecutionAlreadyExists { .. }) => {}
                    Err(error) => return Err(error.to_string()),
                }
                started
                    .line(&format!("{machine} {name}"))
                    .map_err(|error| error.to_string())?;
                number += 1;
            }
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Answers all tokens, each until that is acknowledged.
struct Approver {
    engine: Engine,
    folder: PathBuf,
    answered: Log,
    refused: Log,
}

impl Approver {
    async fn run(self: Arc<Self>) {
        let lines = |name| logs::lines(&self.folder, name).unwrap_or_default();
        let mut done: HashSet<String> = lines(logs::ANSWERED)
            .into_iter()
            .chain(lines(logs::REFUSED))
            .collect();
        loop {
            for token in lines(logs::TOKENS) {
                if done.insert(token.clone()) {
                    tokio::spawn(Arc::clone(&self).answer(token));
                }
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn answer(self: Arc<Self>, token: String) {
        sleep(Duration::from_millis(
            token.bytes().map(u64::from).sum::<u64>() % 300,
        ))
        .await;
        let log = match self.engine.send_task_success(&token, &"yes").await {
            Ok(()) => &self.answered,
            Err(EngineError::TaskTimedOut | EngineError::TaskDoesNotExist) => &self.refused,
            Err(error) => {
                eprintln!("answering {token}: {error}");
                return;
            }
        };
        if let Err(error) = log.line(&token) {
            eprintln!("{error}");
        }
    }
}
