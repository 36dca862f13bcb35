//! Map Runs on the test driver, with machines written by hand as the generator would write them.

#![allow(clippy::unwrap_used, reason = "a test")]

mod results;

use std::time::Duration;

use asl_runtime::machine::{
    Cx, DistributedMap, EventType, Failure, MapRunStep, On, Program, Resource, ResourceKind, Retrier,
    StateInfo, StateKind, Step,
};
use asl_runtime::testing::{Mock, Test, TestRun};
use asl_runtime::{MapRunCounts, MapRunStatus, Outcome, Value, json};

const FUNCTION: StateKind = StateKind::Task(Resource::new("work", ResourceKind::Function));

fn work(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::task(cx.input.clone())),
        On::Result(result) => Ok(Step::end(result)),
        on => Step::unexpected(&on),
    }
}

/// A Map whose settings are in its input: `{"items": [..], "concurrency": n, "count": n, "percentage": n, ..}`.
fn each(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::DistributedMap {
            items: cx.input.get("items").cloned(),
        }),
        On::MapRun => {
            let setting = |name: &str| cx.input.get(name).and_then(Value::as_u64);
            let mut map_run = MapRunStep::new()
                .reader(json!({"Bucket": "in", "Key": "items"}))
                .writer(json!({"Bucket": "out", "Prefix": "jobs/"}))
                .max_concurrency(u32::try_from(setting("concurrency").unwrap_or(0)).unwrap());
            map_run.tolerated_failure_count = setting("count");
            map_run.tolerated_failure_percentage = cx.input.get("percentage").and_then(Value::as_f64);
            map_run.max_items = setting("maxItems").map(|items| i64::try_from(items).unwrap());
            map_run.max_items_per_batch = setting("perBatch");
            Ok(Step::map_run(map_run))
        }
        On::Item => Ok(Step::PlainItem),
        On::Result(result) => Ok(Step::end(result)),
        On::Caught(_, error) => Ok(Step::end(error)),
        on => Step::unexpected(&on),
    }
}

static MAP: Program = Program::new(
    "map",
    &[
        StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each),
        StateInfo::new("Work", FUNCTION, work),
    ],
    0,
    7,
);

fn run(program: &'static Program, mocks: impl IntoIterator<Item = Mock>, input: Value) -> TestRun {
    let test = Test::new(program).mock("Work", mocks);
    test.run(&input).expect("all calls are mocked")
}

fn events(run: &TestRun) -> Vec<(EventType, u64)> {
    let events = run.history.iter();
    events
        .map(|event| (event.event_type, event.previous_event_id))
        .collect()
}

fn counts(counts: &MapRunCounts) -> [u64; 7] {
    [
        counts.pending,
        counts.running,
        counts.succeeded,
        counts.failed,
        counts.timed_out,
        counts.aborted,
        counts.total,
    ]
}

#[test]
fn children_leave_nothing_in_the_history_of_their_parent() {
    use EventType::*;
    let run = run(&MAP, [Mock::echo()], json!({"items": [1, 2]}));
    assert_eq!(run.output(), Some(&json!([1, 2])));
    assert_eq!(
        events(&run),
        [
            (ExecutionStarted, 0),
            (MapStateEntered, 0),
            (MapStateStarted, 2),
            (MapRunStarted, 3),
            (MapRunSucceeded, 4),
            (MapStateSucceeded, 5),
            (MapStateExited, 5),
            (ExecutionSucceeded, 7),
        ]
    );
    let [map_run] = run.map_runs.as_slice() else {
        panic!("{:?}", run.map_runs)
    };
    assert_eq!(map_run.status, MapRunStatus::Succeeded);
    assert_eq!(counts(&map_run.items), [0, 0, 2, 0, 0, 0, 2]);
    assert_eq!(map_run.items, map_run.executions);
    let arn = run.history[3].details.map_run_arn.as_deref();
    assert_eq!(arn, Some(&*map_run.map_run_arn));
}

#[test]
fn results_stand_in_the_order_of_the_items() {
    let mocks = [3_u64, 1, 2].map(|n| {
        Mock::output(json!(n))
            .when(json!(n))
            .after(Duration::from_secs(n))
    });
    let run = run(&MAP, mocks, json!({"items": [3, 1, 2]}));
    assert_eq!(run.output(), Some(&json!([3, 1, 2])));
    assert_eq!(run.duration, Duration::from_secs(3));
}

#[test]
fn no_items_make_no_children() {
    let run = run(&MAP, [], json!({"items": []}));
    assert_eq!(run.output(), Some(&json!([])));
    assert_eq!(run.map_runs[0].status, MapRunStatus::Succeeded);
}

#[test]
fn tolerated_failures_leave_records() {
    let mocks = [Mock::error("Broken", "by design").when(json!(2)), Mock::echo()];
    let run = run(&MAP, mocks, json!({"items": [1, 2, 3], "count": 1}));
    let output = run.output().unwrap();
    assert_eq!((&output[0], &output[2]), (&json!(1), &json!(3)));
    let record = &output[1];
    for (member, value) in [
        ("Status", "FAILED"),
        ("Error", "Broken"),
        ("Cause", "by design"),
        ("Input", "2"),
        ("RedriveStatus", "REDRIVABLE_BY_MAP_RUN"),
        ("StartDate", "2024-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(record[member], json!(value), "{member}");
    }
    let name = record["Name"].as_str().unwrap();
    assert!(record["ExecutionArn"].as_str().unwrap().ends_with(name));
    assert_eq!(counts(&run.map_runs[0].items), [0, 0, 2, 1, 0, 0, 3]);
}

#[test]
fn too_many_failures_stop_running_children_and_start_no_more() {
    use EventType::*;
    let mocks = [
        Mock::error("Broken", "x").when(json!(1)),
        Mock::hang().when(json!(2)),
    ];
    let input = json!({"items": [1, 2, 3, 4, 5], "concurrency": 2});
    let run = run(&MAP, mocks, input);
    assert_eq!(run.error(), Some("States.ExceedToleratedFailureThreshold"));
    assert_eq!(
        run.cause(),
        Some("The specified tolerated failure threshold was exceeded")
    );
    assert_eq!(run.map_runs[0].status, MapRunStatus::Failed);
    assert_eq!(counts(&run.map_runs[0].items), [3, 0, 0, 1, 0, 1, 5]);
    assert_eq!(
        events(&run)[3..],
        [
            (MapRunStarted, 3),
            (MapRunFailed, 4),
            (MapStateFailed, 5),
            (ExecutionFailed, 6)
        ]
    );
    assert_eq!(run.calls.len(), 2);
}

#[test]
fn a_percentage_is_one_of_all_items() {
    let mocks = || [1, 2].map(|n| Mock::error("Broken", "x").when(json!(n)));
    let input = |percentage: f64| json!({"items": [1, 2, 3, 4], "percentage": percentage});
    let tolerated = run(&MAP, mocks().into_iter().chain([Mock::echo()]), input(50.0));
    assert_eq!(tolerated.status(), "SUCCEEDED");
    let exceeded = run(&MAP, mocks().into_iter().chain([Mock::echo()]), input(49.9));
    assert_eq!(exceeded.status(), "FAILED");
}

#[test]
fn only_so_many_children_run_at_once() {
    let mocks = (0..6).map(|_| Mock::output(json!(0)).after(Duration::from_secs(10)));
    let limited = run(
        &MAP,
        mocks.clone(),
        json!({"items": [1, 2, 3, 4, 5, 6], "concurrency": 2}),
    );
    assert_eq!(limited.duration, Duration::from_secs(30));
    let free = run(&MAP, mocks, json!({"items": [1, 2, 3, 4, 5, 6]}));
    assert_eq!(free.duration, Duration::from_secs(10));
}

#[test]
fn batches_count_all_their_items() {
    static BATCHES: Program = Program::new(
        "batches",
        &[
            StateInfo::new(
                "Each",
                StateKind::DistributedMap(&DistributedMap::new(1).batches()),
                each,
            ),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    let failing = || Mock::error("Broken", "x").when(json!({"Items": [1, 2]}));
    let input = |count: u64| json!({"items": [1, 2, 3], "perBatch": 2, "count": count, "concurrency": 1});
    let tolerated = run(&BATCHES, [failing(), Mock::echo()], input(2));
    assert_eq!(tolerated.output().unwrap()[1], json!({"Items": [3]}));
    assert_eq!(counts(&tolerated.map_runs[0].items), [0, 0, 1, 2, 0, 0, 3]);
    assert_eq!(counts(&tolerated.map_runs[0].executions), [0, 0, 1, 1, 0, 0, 2]);
    let exceeded = run(&BATCHES, [failing(), Mock::echo()], input(1));
    assert_eq!(exceeded.status(), "FAILED");
}

#[test]
fn a_failed_map_is_tried_again_and_caught() {
    static RETRIED: Program = Program::new(
        "retried",
        &[
            StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each)
                .retry(&[Retrier::new(&["States.ExceedToleratedFailureThreshold"]).max_attempts(1)])
                .catch(&[&["States.ALL"]]),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    let broken = || Mock::error("Broken", "x");
    let input = json!({"items": [1, 2], "concurrency": 1});
    let second = run(&RETRIED, [broken(), Mock::echo()], input.clone());
    assert_eq!(second.output(), Some(&json!([1, 2])));
    assert_eq!(second.duration, Duration::from_secs(1));
    assert_eq!(second.map_runs.len(), 2);
    assert_ne!(second.map_runs[0].map_run_arn, second.map_runs[1].map_run_arn);
    let caught = run(&RETRIED, [broken(), broken()], input);
    assert_eq!(
        caught.output().unwrap()["Error"],
        json!("States.ExceedToleratedFailureThreshold")
    );
}

#[test]
fn a_runtime_error_fails_its_child_alone() {
    fn odd(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        match cx.input.as_i64() {
            Some(n) if n % 2 == 1 => Err(Failure::runtime("odd")),
            _ => Ok(Step::end(cx.take_input())),
        }
    }
    static ODD: Program = Program::new(
        "odd",
        &[
            StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each),
            StateInfo::new("Odd", StateKind::Pass, odd),
        ],
        0,
        0,
    );
    let run = Test::new(&ODD)
        .run(&json!({"items": [1, 2], "count": 1}))
        .unwrap();
    let output = run.output().unwrap();
    assert_eq!(output[0]["Error"], json!("States.Runtime"));
    assert_eq!(
        output[0]["Cause"],
        json!("An error occurred while executing the state 'Odd' (entered at the event id #2). odd")
    );
    assert_eq!(output[1], json!(2));
}

#[test]
fn children_may_have_map_runs_of_their_own() {
    fn inner(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
        match on {
            On::Enter => Ok(Step::DistributedMap {
                items: Some(cx.items(cx.input, None)?),
            }),
            On::MapRun => Ok(Step::map_run(MapRunStep::new().max_concurrency(1))),
            on => each(cx, on),
        }
    }
    static NESTED: Program = Program::new(
        "nested",
        &[
            StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each),
            StateInfo::new(
                "Inner",
                StateKind::DistributedMap(&DistributedMap::new(2).express()),
                inner,
            ),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    let mocks = (0..4).map(|_| Mock::echo().after(Duration::from_secs(1)));
    let nested = run(&NESTED, mocks, json!({"items": [[1, 2], [3, 4]]}));
    assert_eq!(nested.output(), Some(&json!([[1, 2], [3, 4]])));
    assert_eq!(nested.duration, Duration::from_secs(2));
    let grandchildren = nested
        .children
        .iter()
        .map(|child| (child.map_runs.len(), child.children.len()));
    assert_eq!(grandchildren.collect::<Vec<_>>(), [(1, 2), (1, 2)]);
    // A hanging child of an Express child: the limit of the latter ends it.
    let hanging = run(&NESTED, [Mock::hang()], json!({"items": [[1]], "count": 1}));
    assert_eq!(
        hanging.output().unwrap()[0]["Error"],
        json!("States.ExceedToleratedFailureThreshold")
    );
    assert_eq!(hanging.duration, Duration::from_secs(300));
}

#[test]
fn histories_of_children_are_told() {
    use EventType::*;
    let mocks = [
        Mock::echo().when(json!(1)),
        Mock::error("Broken", "x")
            .after(Duration::from_secs(1))
            .when(json!(2)),
        Mock::hang().when(json!(3)),
        Mock::hang().when(json!(4)),
    ];
    let run = run(
        &MAP,
        mocks,
        json!({"items": [1, 2, 3, 4], "concurrency": 3, "count": 0}),
    );
    assert_eq!(run.status(), "FAILED");
    assert_eq!(run.states(), ["Each"]);
    let inputs: Vec<&Value> = run.children.iter().map(|child| &child.input).collect();
    assert_eq!(inputs, [&json!(1), &json!(2), &json!(3), &json!(4)]);
    let types = |child: usize| -> Vec<EventType> {
        let history = run.children[child].history.iter();
        history.map(|event| event.event_type).collect()
    };
    assert_eq!(run.children[0].outcome, Outcome::Succeeded(json!(1)));
    assert_eq!(
        types(0),
        [
            ExecutionStarted,
            TaskStateEntered,
            LambdaFunctionScheduled,
            LambdaFunctionStarted,
            LambdaFunctionSucceeded,
            TaskStateExited,
            ExecutionSucceeded
        ]
    );
    assert_eq!(types(1)[4..], [LambdaFunctionFailed, ExecutionFailed]);
    assert_eq!(run.children[2].outcome.status(), "ABORTED");
    assert_eq!(types(2)[3..], [LambdaFunctionStarted, ExecutionAborted]);
    for child in &run.children {
        assert_eq!(child.map_run_arn, run.map_runs[0].map_run_arn);
        assert_eq!(child.states(), ["Work"]);
    }
}

#[test]
fn members_of_an_object_are_items() {
    fn selected(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
        match on {
            On::Enter => Ok(Step::DistributedMap {
                items: Some(cx.items(cx.input, None)?),
            }),
            On::MapRun => Ok(Step::MapRun(Box::new(MapRunStep::new().max_concurrency(1)))),
            on => each(cx, on),
        }
    }
    fn inline(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
        match on {
            On::Enter => Ok(Step::Map {
                items: cx.items(cx.input, None)?,
                max_concurrency: 0,
            }),
            on => each(cx, on),
        }
    }
    static OBJECT: Program = Program::new(
        "object",
        &[
            StateInfo::new(
                "Each",
                StateKind::DistributedMap(&DistributedMap::new(1)),
                selected,
            ),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    static INLINE: Program = Program::new(
        "inline",
        &[
            StateInfo::new("Each", StateKind::Map(1), inline),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    let input = json!({"b": 1, "a": [2]});
    let run = run(&OBJECT, [Mock::echo()], input.clone());
    assert_eq!(
        run.output(),
        Some(&json!([{"Key": "b", "Value": 1}, {"Key": "a", "Value": [2]}]))
    );
    assert_eq!(run.history[2].details.length, Some(2));
    assert_eq!(counts(&run.map_runs[0].items), [0, 0, 2, 0, 0, 0, 2]);
    let refused = Test::new(&INLINE).run(&input).unwrap();
    assert_eq!(refused.error(), Some("States.Runtime"));
    assert_eq!(
        refused.cause(),
        Some(
            "An error occurred while executing the state 'Each' (entered at the event id #2). \
             Reference path \"$\" must point to array."
        )
    );
}

#[test]
fn a_failing_sibling_aborts_the_map_run() {
    use EventType::*;
    fn fork(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
        match on {
            On::Enter => Ok(Step::Parallel(cx.input.clone())),
            On::Result(result) => Ok(Step::end(result)),
            on => Step::unexpected(&on),
        }
    }
    fn alone(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
        match on {
            On::Enter => Ok(Step::task(cx.input["items"].clone())),
            on => work(cx, on),
        }
    }
    static FORK: Program = Program::new(
        "fork",
        &[
            StateInfo::new("Fork", StateKind::Parallel(&[1, 3]), fork),
            StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(2)), each),
            StateInfo::new("Work", FUNCTION, work),
            StateInfo::new("Alone", FUNCTION, alone),
        ],
        0,
        0,
    );
    let run = Test::new(&FORK)
        .mock("Work", [Mock::hang()])
        .mock("Alone", [Mock::error("Broken", "x")])
        .run(&json!({"items": [1]}))
        .unwrap();
    assert_eq!(run.error(), Some("Broken"));
    assert_eq!(run.map_runs[0].status, MapRunStatus::Aborted);
    assert_eq!(counts(&run.map_runs[0].items), [0, 0, 0, 0, 0, 1, 1]);
    let types: Vec<EventType> = run.history.iter().map(|event| event.event_type).collect();
    let aborted = types.iter().position(|event| *event == MapRunAborted).unwrap();
    assert_eq!(types[aborted + 1], MapStateAborted);
}

#[test]
fn results_larger_than_the_limit_fail_the_state() {
    let test = Test::new(&MAP).mock("Work", [Mock::echo()]).payload_limit(500);
    let item = "x".repeat(200);
    let run = test
        .run(&json!({"items": [item.as_str(), item.as_str()], "concurrency": 1}))
        .unwrap();
    assert_eq!(run.status(), "SUCCEEDED");
    static TWICE: Program = Program::new(
        "twice",
        &[
            StateInfo::new("Each", StateKind::DistributedMap(&DistributedMap::new(1)), each),
            StateInfo::new("Twice", StateKind::Pass, |cx, _| {
                let input = cx.take_input();
                Ok(Step::end(json!([input.clone(), input])))
            }),
        ],
        0,
        0,
    );
    let run = Test::new(&TWICE)
        .payload_limit(500)
        .run(&json!({"items": [item.as_str(), item.as_str()]}))
        .unwrap();
    assert_eq!(run.error(), Some("States.DataLimitExceeded"));
    assert_eq!(run.map_runs[0].status, MapRunStatus::Succeeded);
}

#[test]
fn children_are_executions_of_their_own() {
    fn about(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        use asl_runtime::path::{Path, Root, Step as PathStep};
        const EXECUTION: Path = Path {
            text: "$$.Execution",
            root: Root::Context,
            steps: &[PathStep::Key("Execution")],
        };
        const MACHINE: Path = Path {
            text: "$$.StateMachine.Id",
            root: Root::Context,
            steps: &[PathStep::Key("StateMachine"), PathStep::Key("Id")],
        };
        let execution = cx.operand(cx.input, &EXECUTION)?.into_owned();
        let machine = cx.operand(cx.input, &MACHINE)?.into_owned();
        Ok(Step::end(json!({"execution": execution, "machine": machine})))
    }
    static ABOUT: Program = Program::new(
        "about",
        &[
            StateInfo::new(
                "Each",
                StateKind::DistributedMap(&DistributedMap::new(1).label("L")),
                each,
            ),
            StateInfo::new("About", StateKind::Pass, about),
        ],
        0,
        0,
    );
    let run = Test::new(&ABOUT)
        .name("parent")
        .run(&json!({"items": [{"a": 1}]}))
        .unwrap();
    let child = &run.output().unwrap()[0];
    assert_eq!(child["execution"]["Input"], json!({"a": 1}));
    let name = child["execution"]["Name"].as_str().unwrap();
    assert_eq!(
        child["execution"]["Id"],
        json!(format!(
            "arn:aws:states:local:000000000000:execution:about/L:{name}"
        ))
    );
    assert_eq!(
        child["machine"],
        json!("arn:aws:states:local:000000000000:stateMachine:about/L")
    );
}
