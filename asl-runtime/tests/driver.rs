//! The in-memory driver on tokio's paused clock, with a machine written by hand as the generator would write it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_runtime::machine::{
    Cx, Failure, On, Outcome, Program, Resource, ResourceKind, Retrier, StateId, StateInfo, StateKind, Step,
    TaskInput,
};
use asl_runtime::path::{Path, Root, Step as PathStep};
use asl_runtime::{Caller, ExecutionError, Machine, TaskContext, TaskError, TaskHandle, Value, json};
use tokio::time::{Instant, sleep};

fn task(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => {
            let step = Step::task(cx.input.clone());
            let limit = |name: &str| {
                cx.input
                    .get(name)
                    .and_then(Value::as_i64)
                    .and_then(|n| u32::try_from(n).ok())
            };
            let step = match limit("timeout") {
                Some(seconds) => step.timeout_seconds(seconds),
                None => step,
            };
            Ok(match limit("heartbeat") {
                Some(seconds) => step.heartbeat_seconds(seconds),
                None => step,
            })
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
        On::Caught(_, error) => Ok(Step::end(error)),
        on => Step::unexpected(&on),
    }
}

fn again(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    Ok(Step::next(0_u16, cx.take_input()))
}

static STARTED: Path = Path {
    text: "$$.Execution.StartTime",
    root: Root::Context,
    steps: &[PathStep::Key("Execution"), PathStep::Key("StartTime")],
};
static ENTERED: Path = Path {
    text: "$$.State.EnteredTime",
    root: Root::Context,
    steps: &[PathStep::Key("State"), PathStep::Key("EnteredTime")],
};

/// When the execution began, and when its state was entered.
fn times(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    let times = [cx.input_path(&STARTED)?, cx.input_path(&ENTERED)?];
    Ok(Step::end(times.into_iter().collect()))
}

/// Goes on after its task.
fn worked(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Result(result) => Ok(Step::next(1_u16, result)),
        on => task(cx, on),
    }
}

const FUNCTION: StateKind = StateKind::Task(Resource::new("work", ResourceKind::Function));

static ONE: Program = Program::new("one", &[StateInfo::new("Work", FUNCTION, task)], 0, 0);
static MANY: Program = Program::new(
    "many",
    &[
        StateInfo::new("Each", StateKind::Map(1), each),
        StateInfo::new("Work", FUNCTION, task),
    ],
    0,
    0,
);
static ENDLESS: Program = Program::new(
    "endless",
    &[StateInfo::new("Again", StateKind::Pass, again)],
    0,
    0,
);

/// A task whose result its state has no use for.
fn picky(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Result(_) => Err(Failure::raised("States.IntrinsicFailure", "as told")),
        on => task(cx, on),
    }
}

/// Calls its task again and again.
fn tireless(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Result(_) => again(cx, on),
        on => task(cx, on),
    }
}

static PICKY: Program = Program::new(
    "picky",
    &[StateInfo::new("Work", FUNCTION, picky)
        .retry(&[Retrier::new(&["States.ALL"]).interval_seconds(7).max_attempts(1)])],
    0,
    0,
);
static TIMED: Program = Program::new(
    "timed",
    &[
        StateInfo::new("Work", FUNCTION, worked),
        StateInfo::new("Times", StateKind::Pass, times),
    ],
    0,
    0,
)
.sees_time();
static TIRELESS: Program = Program::new("tireless", &[StateInfo::new("Work", FUNCTION, tireless)], 0, 0);

/// Does what its input says: `sleep` so many seconds, sending heartbeats, then panic, fail or answer.
#[derive(Clone)]
struct Worker {
    program: &'static Program,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    handles: Arc<Mutex<Vec<TaskHandle>>>,
}

impl Worker {
    fn new(program: &'static Program) -> Self {
        Self {
            program,
            running: Arc::default(),
            most: Arc::default(),
            handles: Arc::default(),
        }
    }
}

/// Counts a call as running until it is dropped, however that comes about.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Caller for Worker {
    fn program(&self) -> &'static Program {
        self.program
    }

    async fn call(&self, _: StateId, input: TaskInput, context: &TaskContext) -> Result<Value, TaskError> {
        let input = input.into_value();
        let now_running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now_running, Ordering::SeqCst);
        let _running = Running(Arc::clone(&self.running));
        self.handles
            .lock()
            .expect("no panic while locked")
            .push(context.handle());
        let number = |name: &str| input.get(name).and_then(Value::as_i64).unwrap_or(0);
        for _ in 0..number("sleep") {
            sleep(Duration::from_secs(1)).await;
            if input.get("beats").is_some() {
                context.heartbeat();
            }
        }
        if let Some(text) = input.get("panic").and_then(Value::as_str) {
            panic!("{text}");
        }
        match input.get("fail").and_then(Value::as_str) {
            Some(error) => Err(TaskError::new(error, "as told")),
            None => Ok(input.get("answer").cloned().unwrap_or_default()),
        }
    }
}

async fn outcome(program: &'static Program, input: Value) -> (Outcome, u64) {
    let start = Instant::now();
    let outcome = Machine::new(Worker::new(program))
        .execution()
        .outcome(input)
        .await;
    (outcome, start.elapsed().as_secs())
}

fn failed(error: &str, cause: Option<&str>) -> Outcome {
    Outcome::Failed {
        error: Some(error.to_owned()),
        cause: cause.map(str::to_owned),
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_answers() {
    let input = json!({ "sleep": 3, "answer": [1, 2] });
    assert_eq!(
        outcome(&ONE, input.clone()).await,
        (Outcome::Succeeded(json!([1, 2])), 3)
    );
    let answer: Vec<u8> = Machine::new(Worker::new(&ONE))
        .run(&input)
        .await
        .expect("it answers");
    assert_eq!(answer, [1, 2]);
    let wrong = Machine::new(Worker::new(&ONE)).run::<_, String>(&input).await;
    assert!(matches!(wrong, Err(ExecutionError::Output(_))), "{wrong:?}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_takes_too_long_is_dropped() {
    let input = json!({ "sleep": 60, "timeout": 5 });
    assert_eq!(outcome(&ONE, input).await, (failed("States.Timeout", None), 5));
}

#[tokio::test(start_paused = true)]
async fn each_iteration_has_its_own_time_limit() {
    let input = json!([
        { "sleep": 60, "timeout": 9 },
        { "sleep": 2, "timeout": 3, "answer": 1 },
        { "sleep": 60, "timeout": 7 },
    ]);
    assert_eq!(outcome(&MANY, input).await, (failed("States.Timeout", None), 7));
    // In the instant in which the time runs out an answer still counts.
    let items: Vec<Value> = (1..50)
        .map(|n| json!({ "sleep": n, "timeout": n, "answer": n }))
        .collect();
    let answers: Vec<i64> = (1..50).collect();
    let outcome = outcome(&MANY, json!(items)).await;
    assert_eq!(outcome, (Outcome::Succeeded(json!(answers)), 49));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_task_alive() {
    let input = json!({ "sleep": 10, "heartbeat": 2, "beats": true, "timeout": 60, "answer": 1 });
    assert_eq!(outcome(&ONE, input).await, (Outcome::Succeeded(json!(1)), 10));
    let input = json!({ "sleep": 10, "heartbeat": 2, "timeout": 60 });
    assert_eq!(outcome(&ONE, input).await, (failed("States.Timeout", None), 2));
    let input = json!({ "sleep": 100, "heartbeat": 2, "beats": true, "timeout": 9 });
    assert_eq!(outcome(&ONE, input).await, (failed("States.Timeout", None), 9));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_error_of_the_task() {
    let expected = failed("Lambda.Unknown", Some("the task panicked: oh dear"));
    assert_eq!(
        outcome(&ONE, json!({ "panic": "oh dear" })).await,
        (expected.clone(), 0)
    );
    let input = json!([{ "sleep": 9 }, { "sleep": 1, "panic": "oh dear" }]);
    assert_eq!(outcome(&MANY, input).await, (expected, 1));
}

#[tokio::test(start_paused = true)]
async fn iterations_run_at_once() {
    let worker = Worker::new(&MANY);
    let most = Arc::clone(&worker.most);
    let items: Vec<Value> = (0..100)
        .map(|n| json!({ "sleep": (n % 10) + 1, "answer": n }))
        .collect();
    let start = Instant::now();
    let answers: Vec<i64> = Machine::new(worker).run(&items).await.expect("all answer");
    assert_eq!(answers, (0..100).collect::<Vec<i64>>());
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    assert_eq!(most.load(Ordering::SeqCst), 100);
}

#[tokio::test(start_paused = true)]
async fn a_failing_iteration_stops_the_others_at_once() {
    let worker = Worker::new(&MANY);
    let (running, handles) = (Arc::clone(&worker.running), Arc::clone(&worker.handles));
    let input = json!([{ "sleep": 60 }, { "sleep": 2, "fail": "Bad" }, { "sleep": 60 }]);
    let machine = Machine::new(worker);
    let outcome = machine.execution().outcome(input).await;
    assert_eq!(outcome, failed("Bad", Some("as told")));
    assert_eq!(running.load(Ordering::SeqCst), 0);
    let handles = std::mem::take(&mut *handles.lock().expect("no panic while locked"));
    assert_eq!(handles.len(), 3);
    for handle in handles {
        assert!(handle.is_over());
        handle.over().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_execution_drops_its_tasks() {
    let worker = Worker::new(&MANY);
    let running = Arc::clone(&worker.running);
    let machine = Machine::new(worker);
    let run = machine
        .execution()
        .outcome(json!([{ "sleep": 60 }, { "sleep": 60 }]));
    assert!(tokio::time::timeout(Duration::from_secs(1), run).await.is_err());
    assert_eq!(running.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn an_execution_ends_after_five_minutes() {
    assert_eq!(
        outcome(&ONE, json!({ "sleep": 1000 })).await,
        (Outcome::TimedOut, 300)
    );
    let patient = Machine::new(Worker::new(&ONE)).with_timeout(None);
    let answer: Value = patient
        .run(&json!({ "sleep": 1000, "answer": 1 }))
        .await
        .expect("it has time");
    assert_eq!(answer, json!(1));
    let hasty = Machine::new(Worker::new(&MANY)).with_timeout(Some(Duration::from_secs(2)));
    let error = hasty
        .run::<_, Value>(&json!([{ "sleep": 9 }]))
        .await
        .expect_err("it has no time");
    assert!(matches!(error, ExecutionError::TimedOut));
}

#[tokio::test]
async fn an_endless_loop_of_states_does_not_hold_up_the_thread() {
    let machine = Machine::new(Worker::new(&ENDLESS)).with_timeout(Some(Duration::from_millis(50)));
    assert_eq!(machine.execution().outcome(Value::Null).await, Outcome::TimedOut);
    let machine = Machine::new(Worker::new(&TIRELESS)).with_timeout(Some(Duration::from_millis(50)));
    assert_eq!(machine.execution().outcome(json!({})).await, Outcome::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_state_after_a_task_is_entered_when_that_is_over() {
    let (ended, _) = outcome(&TIMED, json!({ "sleep": 5 })).await;
    let Outcome::Succeeded(times) = ended else {
        panic!("{ended:?}");
    };
    // 2026-11-23T08:47:12.345Z
    let millis = |index: usize| -> i32 {
        let text = times[index].as_str().expect("a time");
        let second: i32 = text[17..19].parse().expect("seconds");
        second * 1000 + text[20..23].parse::<i32>().expect("milliseconds")
    };
    assert_eq!((millis(1) - millis(0)).rem_euclid(60_000), 5000, "{times}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_begins_when_the_state_fails() {
    // Nobody asks for the time when a task succeeds.
    let (ended, seconds) = outcome(&PICKY, json!({ "sleep": 5 })).await;
    assert!(matches!(ended, Outcome::Failed { .. }), "{ended:?}");
    assert_eq!(seconds, 5 + 7 + 5);
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_the_history_and_a_task_its_context() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&seen);
    let machine = Machine::new(Worker::new(&ONE));
    let execution = machine
        .execution()
        .name("first")
        .observer(move |event: asl_runtime::HistoryEvent| {
            events
                .lock()
                .expect("no panic while locked")
                .push(event.event_type.to_string());
        });
    assert_eq!(
        execution.outcome(json!({})).await,
        Outcome::Succeeded(Value::Null)
    );
    let seen = std::mem::take(&mut *seen.lock().expect("no panic while locked"));
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.last().map(String::as_str), Some("ExecutionSucceeded"));
}

#[tokio::test]
async fn every_event_of_a_state_names_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&seen);
    let machine = Machine::new(Worker::new(&MANY));
    let execution = machine
        .execution()
        .observer(move |event: asl_runtime::HistoryEvent| {
            events.lock().expect("no panic while locked").push(event);
        });
    let input = json!([{}, {"fail": "Broken"}]);
    assert!(matches!(execution.outcome(input).await, Outcome::Failed { .. }));
    let seen = std::mem::take(&mut *seen.lock().expect("no panic while locked"));
    let mut of_the_map = 0;
    for event in seen {
        let name = event.event_type.as_str();
        let state = match name {
            _ if name.starts_with("Execution") => None,
            _ if name.starts_with("Map") => Some("Each"),
            _ => Some("Work"),
        };
        assert_eq!(event.state, state, "{name}");
        of_the_map += usize::from(state == Some("Each"));
        if name.starts_with("LambdaFunction") {
            let json = serde_json::to_value(event).expect("it is JSON");
            assert_eq!(json.get("state"), None, "the service does not say it");
        }
    }
    assert!(of_the_map > 5);
}
