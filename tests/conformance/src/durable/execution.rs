//! One execution: started, answered, its engine closed and opened again.

use asl_runtime::durable::{Clock, Engine, EngineError, Execution, HistoryQuery};
use asl_runtime::machine::{EventType, HistoryEvent, Outcome, Program, ResourceKind, StateKind};
use asl_runtime::objects::MemoryObjects;
use asl_runtime::{Machine, Timestamp, Value};
use tokio::runtime::Builder;
use tokio::task::AbortHandle;

use super::tasks::{Answers, Tasks};
use crate::sets::execution::{objects, workers};
use durable_tests::TestStore;

/// 2024-01-01T00:00:00Z, where the test driver's clock starts too.
const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// No case comes near so many records.
const MOST_OPENINGS: usize = 10_000;

/// Runs a case to its end.
pub fn execute(
    case: &Value,
    program: &'static Program,
    reopened: bool,
) -> Result<(Outcome, Vec<HistoryEvent>), String> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    let input = case.get("input").unwrap_or(&Value::Null);
    let case = Case {
        program,
        answers: Answers::of(case),
        objects: objects(case),
        activities: activities(case, program),
    };
    runtime
        .block_on(case.run(input, reopened))
        .map_err(|error| error.to_string())
}

/// What engines are opened with.
struct Case {
    program: &'static Program,
    answers: Answers,
    objects: MemoryObjects,
    /// State, activity and worker of the tasks that workers take.
    activities: Vec<Activity>,
}

#[derive(Clone)]
struct Activity {
    state: &'static str,
    resource: &'static str,
    worker: Option<String>,
}

impl Case {
    async fn run(&self, input: &Value, reopened: bool) -> Result<(Outcome, Vec<HistoryEvent>), EngineError> {
        let (store, clock) = (TestStore::default(), Clock::tokio(START));
        let mut name: Option<String> = None;
        for _ in 0..MOST_OPENINGS {
            let engine = self.open(&store, &clock).await?;
            let workers = self.work(&engine);
            let execution = match &name {
                None => engine.start(self.program.name, None, input).await?,
                Some(name) => engine.execution(self.program.name, name.as_str()).await?,
            };
            name = Some(execution.name().to_owned());
            self.do_what_was_taken(&execution).await?;
            let outcome = self.answer_until(&engine, &execution, &store, reopened).await?;
            if let Some(outcome) = outcome {
                let history = execution.history(HistoryQuery::all()).await?;
                return Ok((outcome, history.events));
            }
            workers.iter().for_each(AbortHandle::abort);
            engine.close().await;
        }
        Err(EngineError::Closed)
    }

    async fn open(&self, store: &TestStore, clock: &Clock) -> Result<Engine, EngineError> {
        let tasks = Tasks {
            program: self.program,
            answers: self.answers.clone(),
        };
        let machine = Machine::new(tasks).with_objects(self.objects.clone());
        // The recordings have the account's ARNs under this name.
        let engine = Engine::builder()
            .account("us-east-1", "111111111111")
            .polled_activities();
        let engine = engine.clock(clock.clone()).machine(machine);
        engine.open_store(store.clone()).await
    }

    /// Sends the answers that are asked for, until the execution ends, or is to lose its engine.
    async fn answer_until(
        &self,
        engine: &Engine,
        execution: &Execution,
        store: &TestStore,
        reopened: bool,
    ) -> Result<Option<Outcome>, EngineError> {
        loop {
            for (token, result) in self.answers.unsent() {
                let sent = match result {
                    Ok(output) => engine.send_task_success(&token, &output).await,
                    Err(error) => {
                        engine
                            .send_task_failure(&token, error.error(), error.cause())
                            .await
                    }
                };
                match sent {
                    Err(EngineError::Closed) => {}
                    _ => self.answers.sent(&token),
                }
            }
            tokio::select! {
                biased;
                outcome = execution.wait() => return outcome.map(Some),
                () = store.grew(), if reopened => return Ok(None),
                () = self.answers.asked() => {}
            }
        }
    }

    /// A worker may have taken a task just as its engine went away: it does it now.
    async fn do_what_was_taken(&self, execution: &Execution) -> Result<(), EngineError> {
        let last = execution
            .history(HistoryQuery::all().reverse().limit(1))
            .await?
            .events;
        if last
            .iter()
            .any(|event| event.event_type == EventType::ActivityStarted)
        {
            for waiting in execution.waiting().await? {
                if let (Some(token), Some(state)) = (waiting.token, waiting.state) {
                    self.answers.send(&token, state, &Value::Null);
                }
            }
        }
        Ok(())
    }

    /// Workers that poll for the tasks of activities.
    fn work(&self, engine: &Engine) -> Vec<AbortHandle> {
        let spawn = |activity: &Activity| {
            let (activity, engine, answers) = (activity.clone(), engine.clone(), self.answers.clone());
            let worker = tokio::spawn(async move {
                while let Ok(task) = engine
                    .get_activity_task(activity.resource, activity.worker.as_deref())
                    .await
                {
                    if let Some(task) = task {
                        answers.send(&task.token, activity.state, &task.input);
                    }
                }
            });
            worker.abort_handle()
        };
        self.activities.iter().map(spawn).collect()
    }
}

/// The activities of a machine whose tasks a worker took when the case was recorded.
fn activities(case: &Value, program: &'static Program) -> Vec<Activity> {
    let is_started = |event: &Value| event.get("type").and_then(Value::as_str) == Some("ActivityStarted");
    let history = case.get("history").and_then(Value::as_array).unwrap_or_default();
    if !history.iter().any(is_started) {
        return Vec::new();
    }
    let states = program.states.iter();
    let activities = states.filter_map(|state| match state.kind {
        StateKind::Task(resource) if resource.kind == ResourceKind::Activity => Some(Activity {
            state: state.name,
            resource: resource.text,
            worker: workers(case, state.name).into_iter().next(),
        }),
        _ => None,
    });
    activities.collect()
}
