//! The pure machine on the test driver, with a machine written by hand as the generator would write it.

use std::time::Duration;

use asl_runtime::__private as asl;
use asl_runtime::machine::{
    Cx, Effect, Event, EventType, Execution, Failure, On, Outcome, Program, Resource, ResourceKind, Retrier,
    Settings, StateInfo, StateKind, Step, Ticket, WaitStep,
};
use asl_runtime::testing::{Mock, Test, TestError, TestRun};
use asl_runtime::{TaskError, Timestamp, Value, json};

const FUNCTION: StateKind = StateKind::Task(Resource::new("work", ResourceKind::Function));

fn task(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::task(cx.input.clone()).timeout_seconds(10)),
        On::Result(result) => Ok(Step::end(result)),
        On::Caught(_, error) => Ok(Step::end(json!([error, cx.take_input()]))),
        on => Step::unexpected(&on),
    }
}

fn fork(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::Parallel(cx.input.clone())),
        On::Result(result) => Ok(Step::end(result)),
        On::Caught(_, error) => Ok(Step::end(error)),
        on => Step::unexpected(&on),
    }
}

fn each<const LIMIT: u32>(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::Map {
            items: cx.items(cx.input, None)?,
            max_concurrency: LIMIT,
        }),
        On::Item => Ok(Step::PlainItem),
        On::Result(result) => Ok(Step::end(result)),
        On::Caught(_, error) => Ok(Step::end(error)),
        on => Step::unexpected(&on),
    }
}

fn wait(cx: &mut Cx<'_>, on: On) -> Result<Step, Failure> {
    match on {
        On::Enter => Ok(Step::Wait(WaitStep::Seconds(30))),
        On::Woke => Ok(Step::end(cx.take_input())),
        on => Step::unexpected(&on),
    }
}

fn again(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    Ok(Step::next(0_u16, cx.take_input()))
}

fn run(program: &'static Program, mocks: impl IntoIterator<Item = Mock>, input: Value) -> TestRun {
    Test::new(program)
        .mock("Work", mocks)
        .run(&input)
        .expect("all calls are mocked")
}

fn events(run: &TestRun) -> Vec<(EventType, u64)> {
    run.history
        .iter()
        .map(|event| (event.event_type, event.previous_event_id))
        .collect()
}

static RETRIED: Program = Program::new(
    "retried",
    &[StateInfo::new("Work", FUNCTION, task)
        .retry(&[
            Retrier::new(&["Never"]).max_attempts(0),
            Retrier::new(&["States.Timeout", "Busy"]).max_attempts(2),
        ])
        .catch(&[&["Busy", "Never"]])],
    0,
    0,
);

#[test]
fn a_retried_task_waits_between_its_attempts() {
    use EventType::*;
    let run = run(
        &RETRIED,
        [Mock::error("Busy", "1"), Mock::hang(), Mock::output(json!(7))],
        json!({}),
    );
    assert_eq!(run.output(), Some(&json!(7)));
    assert_eq!(run.duration, Duration::from_secs(1 + 10 + 2));
    assert_eq!(
        run.calls.iter().map(|call| call.attempt).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(
        events(&run),
        [
            (ExecutionStarted, 0),
            (TaskStateEntered, 0),
            (LambdaFunctionScheduled, 2),
            (LambdaFunctionStarted, 3),
            (LambdaFunctionFailed, 4),
            (LambdaFunctionScheduled, 5),
            (LambdaFunctionStarted, 6),
            (LambdaFunctionTimedOut, 7),
            (LambdaFunctionScheduled, 8),
            (LambdaFunctionStarted, 9),
            (LambdaFunctionSucceeded, 10),
            (TaskStateExited, 11),
            (ExecutionSucceeded, 12),
        ]
    );
}

#[test]
fn the_first_retrier_that_matches_decides_and_then_the_catchers() {
    let exempt = run(&RETRIED, [Mock::error("Never", "x")], json!(1));
    assert_eq!(
        exempt.output(),
        Some(&json!([{ "Error": "Never", "Cause": "x" }, 1]))
    );
    assert_eq!(exempt.duration, Duration::ZERO);

    let used_up = run(
        &RETRIED,
        [1, 2, 3].map(|n| Mock::error("Busy", n.to_string())),
        json!(1),
    );
    assert_eq!(
        used_up.output(),
        Some(&json!([{ "Error": "Busy", "Cause": "3" }, 1]))
    );

    let uncaught = run(&RETRIED, [Mock::hang(), Mock::hang(), Mock::hang()], json!(1));
    assert_eq!(
        (uncaught.error(), uncaught.cause()),
        (Some("States.Timeout"), None)
    );
}

static FORKED: Program = Program::new(
    "forked",
    &[
        StateInfo::new("Fork", StateKind::Parallel(&[1, 2, 3]), fork).catch(&[&["Bad"]]),
        StateInfo::new("Work", FUNCTION, task),
        StateInfo::new("Wait", StateKind::Wait, wait),
        StateInfo::new("Each", StateKind::Map(4), each::<0>),
        StateInfo::new("Inner", StateKind::Wait, wait),
    ],
    0,
    0,
);

#[test]
fn branches_give_their_results_in_order() {
    let run = run(&FORKED, [Mock::output(json!("done"))], json!([1, 2]));
    assert_eq!(run.output(), Some(&json!(["done", [1, 2], [1, 2]])));
    assert_eq!(run.duration, Duration::from_secs(30));
}

#[test]
fn a_failing_branch_stops_its_siblings() {
    use EventType::*;
    let run = run(
        &FORKED,
        [Mock::error("Bad", "luck").after(Duration::from_secs(5))],
        json!([1, 2]),
    );
    assert_eq!(run.output(), Some(&json!({ "Error": "Bad", "Cause": "luck" })));
    assert_eq!(run.duration, Duration::from_secs(5));
    let failed = run
        .history
        .iter()
        .position(|event| event.event_type == LambdaFunctionFailed)
        .expect("it failed");
    let cause = run.history[failed].id;
    assert_eq!(
        events(&run)[failed + 1..],
        [
            (TaskStateAborted, cause),
            (WaitStateAborted, cause),
            (MapIterationAborted, cause),
            (WaitStateAborted, cause),
            (MapIterationAborted, cause),
            (WaitStateAborted, cause),
            (MapStateAborted, cause),
            (ParallelStateFailed, cause),
            (ParallelStateExited, cause + 8),
            (ExecutionSucceeded, cause + 9),
        ]
    );
}

static LIMITED: Program = Program::new(
    "limited",
    &[
        StateInfo::new("Each", StateKind::Map(1), each::<2>),
        StateInfo::new("Work", FUNCTION, task),
    ],
    0,
    0,
);

#[test]
fn a_map_respects_its_limit() {
    let second = Duration::from_secs(1);
    let mocks = [1_u32, 3, 1, 1].map(|seconds| Mock::output(json!(seconds)).after(second * seconds));
    let run = run(&LIMITED, mocks, json!([0, 1, 2, 3]));
    assert_eq!(run.output(), Some(&json!([1, 3, 1, 1])));
    // 0 and 1 start at once; 2 takes the place of 0 after one second, 3 that of 2 after two.
    assert_eq!(run.duration, second * 3);
    let mut open = 0_u32;
    for event in &run.history {
        match event.event_type {
            EventType::MapIterationStarted => open += 1,
            EventType::MapIterationSucceeded => open -= 1,
            _ => {}
        }
        assert!(open <= 2);
    }
}

#[test]
fn an_empty_map_succeeds() {
    use EventType::*;
    let run = run(&LIMITED, [], json!([]));
    assert_eq!(run.output(), Some(&json!([])));
    let expected = [
        (ExecutionStarted, 0),
        (MapStateEntered, 0),
        (MapStateStarted, 2),
        (MapStateSucceeded, 3),
        (MapStateExited, 3),
        (ExecutionSucceeded, 5),
    ];
    assert_eq!(events(&run), expected);
}

#[test]
fn items_must_be_an_array() {
    let run = run(&LIMITED, [], json!({}));
    assert_eq!(run.error(), Some("States.Runtime"));
    let cause = "An error occurred while executing the state 'Each' (entered at the event id #2). \
                 Reference path \"$\" must point to array.";
    assert_eq!(run.cause(), Some(cause));
}

static ENDLESS: Program = Program::new(
    "endless",
    &[StateInfo::new("Again", StateKind::Pass, again)],
    0,
    0,
)
.timeout_seconds(60);

#[test]
fn an_endless_loop_ends_with_a_full_history() {
    let run = Test::new(&ENDLESS).run(&()).expect("it has no tasks");
    assert_eq!(run.error(), Some("States.Runtime"));
    assert_eq!(
        run.cause(),
        Some("The execution reached the maximum number of history events (25000).")
    );
    assert_eq!(run.history.len(), 25_000);
    assert_eq!(
        run.history.last().map(|event| event.event_type),
        Some(EventType::ExecutionFailed)
    );
}

static SLOW: Program =
    Program::new("slow", &[StateInfo::new("Wait", StateKind::Wait, wait)], 0, 0).timeout_seconds(5);

#[test]
fn the_machine_has_a_time_limit() {
    let run = Test::new(&SLOW).run(&()).expect("it has no tasks");
    assert_eq!(run.outcome, Outcome::TimedOut);
    assert_eq!(run.duration, Duration::from_secs(5));
    let last = run.history.last().expect("there are events");
    assert_eq!(
        (last.event_type, last.previous_event_id),
        (EventType::ExecutionTimedOut, 0)
    );
}

#[test]
fn a_result_may_not_be_too_large() {
    let large = Mock::output("x".repeat(300_000));
    let run = run(&RETRIED, [large], json!({}));
    assert_eq!(run.error(), Some("States.DataLimitExceeded"));
    let cause = "The state/task 'work' returned a result with a size exceeding the maximum number of bytes service limit.";
    assert_eq!(run.cause(), Some(cause));
}

const DOCUMENT: asl::Template = asl::Template::Path(
    "$",
    &asl::Path {
        text: "$",
        root: asl::Root::Document,
        steps: &[],
    },
);

/// Goes on with a document that is one level deeper until that is too deep, or with one twice as large.
fn grow<const LARGER: bool>(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    static DEEPER: asl::Template = asl::Template::Array(&[DOCUMENT]);
    static LARGER_ONE: asl::Template = asl::Template::Object(&[("a", DOCUMENT), ("b", DOCUMENT)]);
    cx.next_with(0_u16, if LARGER { &LARGER_ONE } else { &DEEPER })
}

/// The same as the end of the scope.
fn grow_at_last(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
    static LARGER: asl::Template = asl::Template::Object(&[("a", DOCUMENT), ("b", DOCUMENT)]);
    cx.end_with(&LARGER)
}

static LARGER: Program = Program::new(
    "larger",
    &[StateInfo::new("Grow", StateKind::Pass, grow::<true>)],
    0,
    0,
);
static DEEPER: Program = Program::new(
    "deeper",
    &[StateInfo::new("Grow", StateKind::Pass, grow::<false>)],
    0,
    0,
);
static LARGER_BRANCHES: Program = Program::new(
    "larger_branches",
    &[
        StateInfo::new("Fork", StateKind::Parallel(&[1, 2]), fork).catch(&[&["States.ALL"]]),
        StateInfo::new("Wait", StateKind::Wait, wait),
        StateInfo::new("Grow", StateKind::Pass, grow_at_last),
    ],
    0,
    0,
);

#[test]
fn an_output_may_not_be_too_large_or_too_deep() {
    let run = |program: &'static Program, input: Value| Test::new(program).run(&input).expect("no tasks");
    let large = run(&LARGER, json!("x"));
    assert_eq!(large.error(), Some("States.DataLimitExceeded"));
    let deep = run(&DEEPER, json!(1));
    assert_eq!(deep.error(), Some("States.Runtime"));
    let cause = deep.cause().unwrap_or_default();
    assert!(
        cause.ends_with("The output is nested more than 400 levels deep."),
        "{cause}"
    );
    let text = Value::from("x".repeat(60_000));
    let fits = run(&LARGER_BRANCHES, text.clone());
    let output = json!([text.clone(), { "a": text.clone(), "b": text }]);
    assert_eq!(fits.outcome, Outcome::Succeeded(output));
    let branch = run(&LARGER_BRANCHES, json!("x".repeat(200_000)));
    assert_eq!(branch.error(), Some("States.DataLimitExceeded"));
}

#[test]
fn a_call_without_a_mock_is_an_error_of_the_test() {
    let error = Test::new(&RETRIED).run(&json!(1)).expect_err("there is no mock");
    assert!(
        matches!(
            error,
            TestError::NoMock {
                state: "Work",
                attempt: 1,
                ..
            }
        ),
        "{error}"
    );
    let error = Test::new(&RETRIED)
        .mock("Werk", [])
        .run(&json!(1))
        .expect_err("there is no such state");
    assert!(matches!(error, TestError::NoState { .. }), "{error}");
}

/// What an execution asks for, as the states of its calls.
fn asked(execution: &mut Execution) -> Vec<(u16, Ticket)> {
    while execution.advance(100) {}
    let effects = std::iter::from_fn(|| execution.next_effect());
    let calls = effects.filter_map(|effect| match effect {
        Effect::Task(call) => Some((call.state, call.ticket)),
        _ => None,
    });
    calls.collect()
}

#[test]
fn what_succeeds_in_the_instant_of_a_failure_is_not_run_again_by_a_redrive() {
    static NESTED: Program = Program::new(
        "nested",
        &[
            StateInfo::new("Outer", StateKind::Parallel(&[1, 3]), fork),
            StateInfo::new("Inner", StateKind::Parallel(&[2]), fork),
            StateInfo::new("Work", FUNCTION, task),
            StateInfo::new("Breaks", FUNCTION, task),
        ],
        0,
        0,
    );
    let mut settings = Settings::standard();
    settings.redrivable = true;
    let now = Timestamp::from_millis(0);
    let mut execution = Execution::start(&NESTED, settings, json!(1), now);
    let [(3, breaks), (2, works)] = asked(&mut execution)[..] else {
        panic!("both branches call a task");
    };
    execution.feed(Event::TaskFailed(breaks, TaskError::new("Broken", "x")), now);
    execution.feed(Event::TaskSucceeded(works, json!("done")), now);
    assert_eq!(asked(&mut execution), []);
    assert!(matches!(execution.outcome(), Some(Outcome::Failed { .. })));
    execution.feed(Event::Redriven, now);
    let [(3, again)] = asked(&mut execution)[..] else {
        panic!("the other branch has ended");
    };
    execution.feed(Event::TaskSucceeded(again, json!("mended")), now);
    assert_eq!(asked(&mut execution), []);
    let expected = Outcome::Succeeded(json!([["done"], "mended"]));
    assert_eq!(execution.outcome(), Some(&expected));
}
