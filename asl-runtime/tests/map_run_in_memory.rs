//! Map Runs on the in-memory driver: children that really run at once, items that are read as they are needed.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_runtime::machine::{
    Cx, DistributedMap, Failure, ItemFormat, ItemReader, MapRunStep, On, Program, Resource, ResourceKind,
    ResultWriter, StateId, StateInfo, StateKind, Step, TaskInput, Transformation,
};
use asl_runtime::objects::{
    Body, FolderObjects, Future, MemoryObjects, ObjectEntry, ObjectError, ObjectStore,
};
use asl_runtime::{
    Caller, HistoryEvent, Machine, MapRunError, MapRunStatus, MapRunSummary, MapRunUpdate, MapRuns, Observer,
    Outcome, TaskContext, TaskError, Value, json,
};

const FUNCTION: StateKind = StateKind::Task(Resource::new("work", ResourceKind::Function));

fn each(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::DistributedMap {
            items: cx.input.get("items").cloned(),
        }),
        On::MapRun => {
            let concurrency = cx.input.get("concurrency").and_then(Value::as_u64).unwrap_or(0);
            let mut map_run = MapRunStep::new()
                .reader(json!({"Bucket": "in", "Key": "items"}))
                .writer(json!({"Bucket": "out"}))
                .max_concurrency(u32::try_from(concurrency).unwrap());
            map_run.tolerated_failure_count = cx.input.get("count").and_then(Value::as_u64);
            Ok(Step::map_run(map_run))
        }
        On::Item => Ok(Step::PlainItem),
        On::Result(result) => Ok(Step::end(result)),
        on => Step::unexpected(&on),
    }
}

fn work(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::task(cx.input.clone())),
        On::Result(result) => Ok(Step::end(result)),
        on => Step::unexpected(&on),
    }
}

fn pass(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    Ok(Step::end(cx.take_input()))
}

static MAP: Program = Program::new(
    "map",
    &[
        StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each),
        StateInfo::new("Work", FUNCTION, work),
    ],
    0,
    0,
);

/// A task that takes as many milliseconds as its input says, and fails for 0.
#[derive(Debug, Clone, Default)]
struct Sleeper {
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    stopped: Arc<AtomicUsize>,
}

struct Running<'a>(&'a Sleeper, bool);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
        if !self.1 {
            self.0.stopped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Caller for Sleeper {
    fn program(&self) -> &'static Program {
        &MAP
    }

    async fn call(&self, _: StateId, input: TaskInput, _: &TaskContext) -> Result<Value, TaskError> {
        let input = input.into_value();
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        let mut guard = Running(self, false);
        let millis = input.as_u64().unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        guard.1 = true;
        if millis == 0 {
            return Err(TaskError::new("Broken", "x"));
        }
        Ok(input)
    }
}

async fn outcome(sleeper: &Sleeper, input: Value) -> Outcome {
    Machine::new(sleeper.clone()).execution().outcome(input).await
}

#[tokio::test(start_paused = true)]
async fn children_run_at_once_up_to_the_limit() {
    let sleeper = Sleeper::default();
    let start = tokio::time::Instant::now();
    let items: Vec<Value> = (0..6).map(|_| json!(10)).collect();
    let done = outcome(&sleeper, json!({"items": items.clone(), "concurrency": 3})).await;
    assert_eq!(done, Outcome::Succeeded(Value::from(items)));
    assert_eq!(sleeper.most.load(Ordering::SeqCst), 3);
    assert_eq!(start.elapsed(), Duration::from_millis(20));
}

#[tokio::test(start_paused = true)]
async fn too_many_failures_stop_running_tasks() {
    let sleeper = Sleeper::default();
    let done = outcome(
        &sleeper,
        json!({"items": [10_000, 0, 20_000, 5], "concurrency": 3}),
    )
    .await;
    let Outcome::Failed { error, .. } = done else {
        panic!("{done:?}")
    };
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    assert_eq!(sleeper.stopped.load(Ordering::SeqCst), 2);
    assert_eq!(sleeper.running.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn failures_are_tolerated() {
    let done = outcome(&Sleeper::default(), json!({"items": [1, 0], "count": 1})).await;
    let Outcome::Succeeded(output) = done else {
        panic!("{done:?}")
    };
    assert_eq!(output[0], json!(1));
    assert_eq!(output[1]["Error"], json!("Broken"));
}

async fn update_after(
    millis: u64,
    map_runs: &MapRuns,
    update: MapRunUpdate,
) -> (MapRunSummary, Result<(), MapRunError>) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    let map_run = map_runs.list().pop().unwrap();
    assert_eq!(map_runs.describe(&map_run.map_run_arn), Some(map_run.clone()));
    let updated = map_runs.update(&map_run.map_run_arn, update);
    (map_run, updated)
}

#[tokio::test(start_paused = true)]
async fn limits_are_changed_while_children_run() {
    let map_runs = MapRuns::new();
    let machine = Machine::new(Sleeper::default()).with_map_runs(&map_runs);
    let run = |input: Value| machine.execution().outcome(input);
    let start = tokio::time::Instant::now();
    let (done, (map_run, updated)) = tokio::join!(
        run(json!({"items": [10, 10, 10, 10, 10], "concurrency": 1})),
        update_after(5, &map_runs, MapRunUpdate::new().max_concurrency(0))
    );
    assert_eq!(updated, Ok(()));
    assert_eq!((map_run.items.running, map_run.items.total), (1, 5));
    assert_eq!(done, Outcome::Succeeded(json!([10, 10, 10, 10, 10])));
    assert_eq!(start.elapsed(), Duration::from_millis(15));

    let start = tokio::time::Instant::now();
    let (done, (_, updated)) = tokio::join!(
        run(json!({"items": [0, 10], "count": 1})),
        update_after(5, &map_runs, MapRunUpdate::new().tolerated_failure_count(0))
    );
    assert_eq!(updated, Ok(()));
    assert!(matches!(done, Outcome::Failed { .. }), "{done:?}");
    assert_eq!(start.elapsed(), Duration::from_millis(5));

    let (done, (map_run, updated)) = tokio::join!(
        run(json!({"items": [0, 10], "count": 1})),
        update_after(
            5,
            &map_runs,
            MapRunUpdate::new().tolerated_failure_percentage(101.0)
        )
    );
    assert!(matches!(done, Outcome::Succeeded(_)), "{done:?}");
    assert!(matches!(updated, Err(MapRunError::Invalid(_))));
    assert_eq!(map_runs.list(), []);
    assert!(matches!(
        map_runs.update(&map_run.map_run_arn, MapRunUpdate::new()),
        Err(MapRunError::NotFound(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn map_runs_of_a_dropped_execution_are_forgotten() {
    let map_runs = MapRuns::new();
    let machine = Machine::new(Sleeper::default()).with_map_runs(&map_runs);
    let run = machine.execution().outcome(json!({"items": [1_000]}));
    let stopped = tokio::time::timeout(Duration::from_millis(1), run).await;
    assert!(stopped.is_err());
    assert_eq!(map_runs.list(), []);
}

static LINES: Program = Program::new(
    "lines",
    &[
        StateInfo::new(
            "Each",
            StateKind::DistributedMap(
                &DistributedMap::new(1)
                    .express()
                    .reader(ItemReader::Object(ItemFormat::JsonLines))
                    .writer(ResultWriter::export(Transformation::Compact).json_lines()),
            ),
            each,
        ),
        StateInfo::new("Pass", StateKind::Pass, pass),
    ],
    0,
    0,
);

struct NoTasks;

impl Caller for NoTasks {
    fn program(&self) -> &'static Program {
        &LINES
    }

    async fn call(&self, _: StateId, _: TaskInput, _: &TaskContext) -> Result<Value, TaskError> {
        Err(TaskError::new("Unexpected", "there is no task"))
    }
}

#[tokio::test]
async fn buckets_are_folders() {
    let base = std::env::temp_dir().join(format!("asl-map-run-{}", std::process::id()));
    std::fs::create_dir_all(base.join("in")).unwrap();
    std::fs::create_dir_all(base.join("out")).unwrap();
    std::fs::write(base.join("in/items"), "1\n{\"a\": 2}\n").unwrap();
    let machine = Machine::new(NoTasks).with_objects(FolderObjects::new(&base));
    let output: Value = machine.run(&json!({"concurrency": 1})).await.unwrap();
    let manifest = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    let results = base.join("out").join(manifest).with_file_name("SUCCEEDED_0.json");
    assert_eq!(std::fs::read_to_string(results).unwrap(), "1\n{\"a\":2}\n");
    std::fs::remove_dir_all(base).unwrap();
}

const MILLION: u64 = 1_000_000;

/// A million lines that are made as they are read, and nothing of what is written.
#[derive(Debug, Clone, Default)]
struct Generated {
    lines: Arc<AtomicU64>,
    written: Arc<AtomicU64>,
}

impl ObjectStore for Generated {
    fn get<'a>(&'a self, _: &'a str, _: &'a str) -> Future<'a, Box<dyn Body>> {
        let body: Box<dyn Body> = Box::new(self.clone());
        Box::pin(async { Ok(body) })
    }

    fn put<'a>(&'a self, _: &'a str, _: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        let lines = content.iter().filter(|byte| **byte == b'\n').count();
        self.written.fetch_add(lines as u64, Ordering::Relaxed);
        Box::pin(async { Ok(()) })
    }

    fn list<'a>(&'a self, _: &'a str, _: &'a str, _: Option<&'a str>) -> Future<'a, Vec<ObjectEntry>> {
        Box::pin(async { Err(ObjectError::Other("nothing to list".to_owned())) })
    }
}

impl Body for Generated {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        let first = self.lines.fetch_add(100, Ordering::Relaxed);
        Box::pin(async move {
            let lines = (first..MILLION.min(first + 100)).map(|n| format!("{{\"n\":{n}}}\n"));
            let chunk = lines.collect::<String>().into_bytes();
            Ok((!chunk.is_empty()).then_some(chunk))
        })
    }
}

/// What was seen of a Map Run.
#[derive(Debug, Default)]
struct Seen {
    /// Items read, but not through.
    most_items: u64,
    /// Lines made, but not through.
    most_lines: u64,
    most_running: u64,
    last: Option<MapRunSummary>,
}

struct Watcher(Arc<Mutex<Seen>>, Generated);

impl Observer for Watcher {
    fn event(&mut self, _: HistoryEvent) {}

    fn map_run(&mut self, summary: &MapRunSummary) {
        let mut seen = self.0.lock().unwrap();
        let items = &summary.items;
        seen.most_items = seen.most_items.max(items.pending + items.running);
        seen.most_running = seen.most_running.max(items.running);
        let lines = self.1.lines.load(Ordering::Relaxed).min(MILLION);
        seen.most_lines = seen.most_lines.max(lines - items.succeeded);
        seen.last = Some(summary.clone());
    }
}

#[tokio::test]
async fn a_million_lines_are_never_held_together() {
    let objects = Generated::default();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let machine = Machine::new(NoTasks)
        .with_objects(objects.clone())
        .with_timeout(None);
    let execution = machine
        .execution()
        .observer(Watcher(Arc::clone(&seen), objects.clone()));
    let outcome = execution.outcome(json!({"concurrency": 50})).await;
    assert!(matches!(outcome, Outcome::Succeeded(_)), "{outcome:?}");
    let seen = seen.lock().unwrap();
    let last = seen.last.as_ref().unwrap();
    assert_eq!(last.status, MapRunStatus::Succeeded);
    assert_eq!(last.items.succeeded, MILLION);
    assert_eq!(last.items.results_written, MILLION);
    // The manifest is one line without an end.
    assert_eq!(objects.written.load(Ordering::Relaxed), MILLION);
    assert_eq!(seen.most_running, 50);
    assert!(seen.most_items <= 2 * 50, "{} items were held", seen.most_items);
    assert!(
        seen.most_lines <= 2 * 50 + 100,
        "{} lines were held",
        seen.most_lines
    );
}

#[tokio::test]
async fn nobody_needs_to_watch() {
    let machine = Machine::new(NoTasks)
        .with_objects(MemoryObjects::new().object("in", "items", "1\n2\n").bucket("out"));
    let output: Value = machine.run(&json!({})).await.unwrap();
    assert!(output["MapRunArn"].is_string());
}
