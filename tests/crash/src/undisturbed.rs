//! The same executions without kills, for comparison. No time passes in them: tokio's clock is paused.

use std::time::Duration;

use asl_runtime::Value;
use asl_runtime::durable::{Clock, Engine, EngineError, List, Status};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::MACHINES;
use crate::check::{Summary, ended};
use crate::child::{Order, START};
use crate::logs::{self, Log, lines};
use crate::mend::Mender;
use crate::tasks::Tasks;

/// Runs them all to their ends, and tells of each.
pub fn run(orders: &[Order]) -> Result<Vec<Summary>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let undisturbed = Undisturbed::open().await?;
        for (machine, name, input) in orders {
            undisturbed.start(machine, name, input).await?;
        }
        undisturbed.finish().await?;
        let mut summaries = Vec::new();
        for (machine, name, _) in orders {
            let execution = undisturbed.engine.execution(machine, name).await;
            let execution = execution.map_err(|error| error.to_string())?;
            summaries.push(ended(&execution).await?);
        }
        Ok(summaries)
    })
}

struct Undisturbed {
    engine: Engine,
    mender: Mender,
    folder: TempDir,
}

impl Undisturbed {
    async fn open() -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let tokens = Log::open(folder.path(), logs::TOKENS).map_err(|error| error.to_string())?;
        let mender = Mender::default();
        let clock = Clock::tokio(START);
        let builder = MACHINES
            .iter()
            .fold(Engine::builder().clock(clock), |builder, program| {
                builder.machine(Tasks::plain(program, &tokens, &mender))
            });
        let engine = builder
            .open_in_memory()
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            engine,
            mender,
            folder,
        })
    }

    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), String> {
        let started = self.engine.start(machine, name, input).await;
        started.map(drop).map_err(|error| error.to_string())
    }

    async fn finish(&self) -> Result<(), String> {
        let mut done = 0;
        loop {
            let tokens = lines(self.folder.path(), logs::TOKENS).map_err(|error| error.to_string())?;
            for token in &tokens[done..] {
                match self.engine.send_task_success(token, &"yes").await {
                    // It was stopped when something else failed.
                    Ok(()) | Err(EngineError::TaskTimedOut | EngineError::TaskDoesNotExist) => {}
                    Err(error) => return Err(format!("undisturbed: {error}")),
                }
            }
            done = tokens.len();
            let running = self
                .engine
                .list(List::all().with_status(Status::Running).limit(1))
                .await;
            let is_idle = running.map_err(|error| error.to_string())?.executions.is_empty();
            if self.mender.redrive_failed(&self.engine).await? == 0 && is_idle {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}
