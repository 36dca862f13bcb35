//! Callbacks, activities and nested executions, with machines written by hand as the generator would write them.

mod activity;
mod callback;
mod nested;
mod pure;
mod tested;

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use asl_runtime::machine::{
    Cx, Failure, On, Outcome, Pattern, Program, Resource, ResourceKind, Retrier, StateId, StateInfo,
    StateKind, Step, TaskInput,
};
use asl_runtime::{Callback, Caller, HistoryEvent, Machine, TaskContext, TaskError, Value};

/// A task that takes `timeout` and `heartbeat` from its input, and gives its result.
fn task(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => {
            let seconds = |name: &str| {
                let number = cx.input.get(name).and_then(Value::as_i64);
                number.and_then(|number| u32::try_from(number).ok())
            };
            let mut step = Step::task(cx.input.clone());
            if let Some(seconds) = seconds("timeout") {
                step = step.timeout_seconds(seconds);
            }
            if let Some(seconds) = seconds("heartbeat") {
                step = step.heartbeat_seconds(seconds);
            }
            Ok(step)
        }
        On::Result(result) => Ok(Step::end(result)),
        on => Step::unexpected(&on),
    }
}

fn each(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::Map {
            items: cx.items(cx.input, None)?,
            max_concurrency: 0,
        }),
        On::Item => Ok(Step::PlainItem),
        On::Result(result) => Ok(Step::end(result)),
        on => Step::unexpected(&on),
    }
}

const fn service(service: &'static str, action: &'static str, pattern: Pattern) -> StateKind {
    let kind = ResourceKind::Service {
        service,
        action,
        pattern,
    };
    StateKind::Task(Resource::new("arn:aws:states:::service", kind))
}

const CALLBACK: StateKind = service("sqs", "sendMessage.waitForTaskToken", Pattern::Callback);

static ASK: Program = Program::new("ask", &[StateInfo::new("Ask", CALLBACK, task)], 0, 0);
static ASK_ALL: Program = Program::new(
    "ask-all",
    &[
        StateInfo::new("Each", StateKind::Map(1), each),
        StateInfo::new("Ask", CALLBACK, task),
    ],
    0,
    0,
);
static ASK_AGAIN: Program = Program::new(
    "ask-again",
    &[StateInfo::new("Ask", CALLBACK, task).retry(&[Retrier::new(&["States.ALL"])])],
    0,
    0,
);

type Answer = Pin<Box<dyn Future<Output = Result<Value, TaskError>> + Send>>;

/// Tasks that one function does.
struct Tasks {
    program: &'static Program,
    function: Box<dyn Fn(Value, Callback) -> Answer + Send + Sync>,
}

impl Caller for Tasks {
    fn program(&self) -> &'static Program {
        self.program
    }

    async fn call(&self, _: StateId, input: TaskInput, context: &TaskContext) -> Result<Value, TaskError> {
        (self.function)(input.into_value(), context.callback()).await
    }
}

fn machine<F, R>(program: &'static Program, function: F) -> Machine<Tasks>
where
    F: Fn(Value, Callback) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Value, TaskError>> + Send + 'static,
{
    let function = Box::new(move |input, callback| Box::pin(function(input, callback)) as Answer);
    Machine::new(Tasks { program, function })
}

/// What is observed of an execution.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<HistoryEvent>>>);

impl Seen {
    fn events(&self) -> Vec<HistoryEvent> {
        self.0.lock().expect("no panic while locked").clone()
    }

    /// The types of the events between the first and the last state's.
    fn task_events(&self) -> Vec<String> {
        let events = self.events();
        let types = events.iter().map(|event| event.event_type.to_string());
        types
            .filter(|name| !name.contains("State") && !name.starts_with("Execution"))
            .collect()
    }
}

impl asl_runtime::Observer for Seen {
    fn event(&mut self, event: HistoryEvent) {
        self.0.lock().expect("no panic while locked").push(event);
    }
}

/// Runs an execution and gives its outcome, the events of its tasks, and the seconds it took.
async fn run(machine: &Machine<Tasks>, input: Value) -> (Outcome, Vec<String>, u64) {
    let seen = Seen::default();
    let start = tokio::time::Instant::now();
    let outcome = machine.execution().observer(seen.clone()).outcome(input).await;
    (outcome, seen.task_events(), start.elapsed().as_secs())
}

fn failed(error: &str, cause: Option<&str>) -> Outcome {
    Outcome::Failed {
        error: Some(error.to_owned()),
        cause: cause.map(str::to_owned),
    }
}
