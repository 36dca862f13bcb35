use super::*;
use crate::json;
use crate::jsonata::{Data, Function};
use crate::machine::{Failure, On, Program, Settings, StateInfo, StateKind, Step, WaitStep};
use crate::testing::{Test, TestRun};

/// An expression that gives what a function makes of `$states.input`.
macro_rules! expression {
    ($name:ident, $field:literal, $text:literal, $run:expr) => {
        static $name: Expression = Expression {
            field: $field,
            text: $text,
            run: Evaluation::Function($run),
        };
    };
}

fn input(query: &Query<'_>) -> Data {
    query
        .environment
        .input()
        .cloned()
        .map_or(Data::Undefined, Data::Value)
}

expression!(INPUT, "Output/a", "$states.input", |query| Ok(input(query)));
expression!(NOTHING, "Output/a[0]", "$x", |_| Ok(Data::Undefined));
expression!(FUNCTION, "Assign/f", "$f", |_| Ok(Function::closure(
    0,
    "f",
    |_, _, _| Ok(Data::Undefined)
)));
expression!(FAILING, "Output", "1 + 'a'", |_| Err(Error::new("T2002", "No.")));
expression!(ENDLESS, "Output", "$f()", |_| Err(Error::new(BOUND, "Too long")));
expression!(SECONDS, "Seconds", "$states.input", |query| Ok(input(query)));
expression!(TIMESTAMP, "Timestamp", "$states.input", |query| Ok(input(query)));

/// Runs a machine of one state.
fn run(state: &'static Program, input: &Value) -> TestRun {
    match Test::new(state).run(input) {
        Ok(run) => run,
        Err(error) => panic!("{error}"),
    }
}

/// A machine of one state.
macro_rules! machine {
    ($kind:ident, $run:expr) => {{
        static STATES: [StateInfo; 1] = [StateInfo::new("S", StateKind::$kind, $run).jsonata()];
        static MACHINE: Program = Program::new("m", &STATES, 0, 0);
        &MACHINE
    }};
}

expression!(VARIABLE, "Assign/x", "$x", |query| Ok(query
    .environment
    .variable(0)
    .cloned()
    .map_or(Data::from(true), Data::Value)));

const WHERE: &str = "An error occurred while executing the state 'S' (entered at the event id #2). ";

fn cause(run: &TestRun) -> &str {
    assert_eq!(run.error(), Some("States.QueryEvaluationError"));
    let cause = run.cause().unwrap_or_default();
    cause.strip_prefix(WHERE).unwrap_or(cause)
}

fn exit(cx: &Cx<'_>, expression: &'static Expression) -> Result<Step, Failure> {
    Ok(Step::end(cx.states().value(expression)?))
}

#[test]
fn values_are_used_and_what_is_none_fails() {
    let machine = machine!(Pass, |cx, _| exit(cx, &INPUT));
    assert_eq!(run(machine, &json!([null])).output(), Some(&json!([null])));
    let nothing = run(machine!(Pass, |cx, _| exit(cx, &NOTHING)), &json!({}));
    assert_eq!(
        cause(&nothing),
        "The JSONata expression '$x' specified for the field 'Output/a[0]' returned nothing (undefined)."
    );
    let function = run(machine!(Pass, |cx, _| exit(cx, &FUNCTION)), &json!({}));
    assert_eq!(
        cause(&function),
        "The JSONata expression '$f' specified for the field 'Assign/f' returned an unsupported result type."
    );
}

#[test]
fn fields_are_found_as_by_an_evaluation() {
    static FIELD: Expression = Expression {
        field: "Output",
        text: "$states.input.a.b",
        run: Evaluation::Input(&["a", "b"]),
    };
    static EVALUATED: Expression = Expression {
        run: Evaluation::Function(|query| Ok(names_of(query.input(), &["a", "b"]))),
        ..FIELD
    };
    let field = machine!(Pass, |cx, _| exit(cx, &FIELD));
    let evaluated = machine!(Pass, |cx, _| exit(cx, &EVALUATED));
    for (input, expected) in [
        (json!({ "a": { "b": 1 } }), Some(json!(1))),
        (json!({ "a": { "b": 1.5 } }), Some(json!(1.5))),
        (json!({ "a": { "b": null } }), Some(json!(null))),
        (json!({ "a": { "b": true } }), Some(json!(true))),
        (json!({ "a": { "b": "text" } }), Some(json!("text"))),
        (json!({ "a": { "b": [1] } }), Some(json!([1]))),
        (json!({ "a": { "b": { "c": 1 } } }), Some(json!({ "c": 1 }))),
        (
            json!([{ "a": [{ "b": 1 }, { "b": [2, 3] }, {}] }]),
            Some(json!([1, 2, 3])),
        ),
        (json!({ "a": [{ "b": 1 }] }), Some(json!(1))),
        (json!({ "a": [] }), None),
        (json!({ "a": "b" }), None),
        (json!({}), None),
    ] {
        for machine in [field, evaluated] {
            let run = run(machine, &input);
            assert_eq!(run.output(), expected.as_ref(), "{input}");
            if expected.is_none() {
                let said = "The JSONata expression '$states.input.a.b' specified for the field 'Output' returned \
                    nothing (undefined).";
                assert_eq!(cause(&run), said, "{input}");
            }
        }
    }
}

#[test]
fn what_is_not_there_has_no_fields() {
    macro_rules! nothing {
        ($run:expr) => {{
            static NOTHING: Expression = Expression {
                field: "Output",
                text: "$x",
                run: $run,
            };
            let run = run(machine!(Pass, |cx, _| exit(cx, &NOTHING)), &json!({}));
            assert!(cause(&run).ends_with("returned nothing (undefined)."));
        }};
    }
    nothing!(Evaluation::Result(&[]));
    nothing!(Evaluation::ErrorOutput(&["Error"]));
    nothing!(Evaluation::Variable(0, &[]));
    nothing!(Evaluation::Variable(0, &["a"]));
}

#[test]
fn errors_are_told_with_their_code() {
    let failing = run(machine!(Pass, |cx, _| exit(cx, &FAILING)), &json!({}));
    assert_eq!(
        cause(&failing),
        "The JSONata expression '1 + 'a'' specified for the field 'Output' threw an error during evaluation. \
        T2002: No."
    );
    let endless = run(machine!(Pass, |cx, _| exit(cx, &ENDLESS)), &json!({}));
    assert_eq!(
        cause(&endless),
        "The JSONata expression '$f()' specified for the field 'Output' threw an error during evaluation: Too long"
    );
}

#[test]
fn a_failed_evaluation_is_an_event_beside_the_entry() {
    let failed = run(machine!(Pass, |cx, _| exit(cx, &NOTHING)), &json!({}));
    let events: Vec<_> = failed
        .history
        .iter()
        .map(|event| (event.event_type.as_str(), event.previous_event_id))
        .collect();
    assert_eq!(
        events,
        [
            ("ExecutionStarted", 0),
            ("PassStateEntered", 0),
            ("EvaluationFailed", 0),
            ("ExecutionFailed", 3),
        ]
    );
    let details = &failed.history[2].details;
    assert_eq!(details.location.as_deref(), Some("Output/a[0]"));
    assert_eq!(details.state, Some("S"));
    assert_eq!(details.cause.as_deref(), failed.cause());
}

#[test]
fn fields_take_one_kind_of_value() {
    let machine = machine!(Wait, |cx, on| match on {
        On::Enter => Ok(Step::Wait(WaitStep::Seconds(cx.states().wait_seconds(&SECONDS)?))),
        _ => Ok(Step::end(cx.take_input())),
    });
    for seconds in [json!(0), json!(99_999_999), json!(2.0)] {
        assert_eq!(run(machine, &seconds).output(), Some(&seconds));
    }
    let said = "The JSONata expression '$states.input' specified for the field 'Seconds' returned";
    for (seconds, what) in [
        (
            json!("1"),
            "an unexpected result type. Expected 'number', but was 'string' for value: \"1\"",
        ),
        (
            json!(1.5),
            "a value out of range. Expected a whole number from 0 to 99999999, but was: 1.5",
        ),
        (
            json!(-1),
            "a value out of range. Expected a whole number from 0 to 99999999, but was: -1",
        ),
    ] {
        assert_eq!(cause(&run(machine, &seconds)), format!("{said} {what}"));
    }
}

#[test]
fn a_bad_timestamp_is_an_event_after_the_entry() {
    let machine = machine!(Wait, |cx, on| match on {
        On::Enter => Ok(Step::Wait(WaitStep::Until(cx.states().wait_until(&TIMESTAMP)?))),
        _ => Ok(Step::end(cx.take_input())),
    });
    let failed = run(machine, &json!("tomorrow"));
    assert_eq!(
        cause(&failed),
        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: tomorrow"
    );
    assert_eq!(failed.history[2].previous_event_id, 2);
    let past = json!("2016-12-05T21:29:29Z");
    assert_eq!(run(machine, &past).output(), Some(&past));
}

#[test]
fn items_are_arrays() {
    let machine = machine!(Pass, |cx, _| Ok(Step::end(cx.input_items()?)));
    assert_eq!(run(machine, &json!([])).output(), Some(&json!([])));
    let failed = run(machine, &json!({"a": 1}));
    assert_eq!(
        cause(&failed),
        "Map state input must be an array but was: {\"a\":1}"
    );
    assert_eq!(failed.history[2].details.location, None);
}

#[test]
fn variables_do_not_grow_without_end() {
    fn wrap(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        let value = cx.states().value(&VARIABLE)?;
        Ok(Step::next(0_u16, json!({})).assign([(0, json!([value]))]))
    }
    static STATES: [StateInfo; 1] = [StateInfo::new("S", StateKind::Pass, wrap).jsonata()];
    static MACHINE: Program = Program::new("m", &STATES, 0, 0).variables(&["x"]);
    let failed = run(&MACHINE, &json!({}));
    assert_eq!(failed.error(), Some("States.Runtime"));
    let cause = failed.cause().unwrap_or_default();
    let said = format!(
        "The value of a variable is nested more than {} levels deep.",
        Value::MAX_DEPTH
    );
    assert!(cause.ends_with(&said), "{cause}");
}

#[test]
fn what_is_assigned_at_once_has_a_limit() {
    fn assign(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        // With its quotes.
        let text = |name: &str| Value::from("x".repeat(cx.input[name].as_u64().unwrap_or(2) as usize - 2));
        Ok(Step::end(json!({})).assign([(0, text("one")), (1, text("other"))]))
    }
    static STATES: [StateInfo; 1] = [StateInfo::new("S", StateKind::Pass, assign).jsonata()];
    static MACHINE: Program = Program::new("m", &STATES, 0, 0).variables(&["x", "y"]);
    let half = Settings::PAYLOAD_LIMIT / 2;
    let fits = run(&MACHINE, &json!({ "one": half, "other": half }));
    assert_eq!(fits.error(), None);
    let failed = run(&MACHINE, &json!({ "one": half, "other": half + 1 }));
    assert_eq!(failed.error(), Some("States.DataLimitExceeded"));
}

#[test]
fn what_is_assigned_beside_the_input_has_the_same_limit() {
    fn assign(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        let text = "x".repeat(cx.input["length"].as_u64().unwrap_or(2) as usize - 2);
        Ok(Step::pass(1_u16).assign([(0, text.into())]))
    }
    fn show(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        let length = cx.states().value(&VARIABLE)?.as_str().map_or(0, str::len);
        let shown = json!({ "input": (cx.take_input()), "length": (length) });
        Ok(Step::end(shown))
    }
    fn nest(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        let value = cx.states().value(&VARIABLE)?;
        Ok(Step::pass(0_u16).assign([(0, json!([value]))]))
    }
    static STATES: [StateInfo; 2] = [
        StateInfo::new("S", StateKind::Pass, assign).jsonata(),
        StateInfo::new("T", StateKind::Pass, show).jsonata(),
    ];
    static MACHINE: Program = Program::new("m", &STATES, 0, 0).variables(&["x"]);
    static NESTING: [StateInfo; 1] = [StateInfo::new("S", StateKind::Pass, nest).jsonata()];
    static NESTING_MACHINE: Program = Program::new("m", &NESTING, 0, 0).variables(&["x"]);
    let limit = Settings::PAYLOAD_LIMIT;
    let input = json!({ "length": limit });
    let fits = run(&MACHINE, &input);
    assert_eq!(
        fits.output(),
        Some(&json!({ "input": (input), "length": (limit - 2) }))
    );
    let failed = run(&MACHINE, &json!({ "length": (limit + 1) }));
    assert_eq!(failed.error(), Some("States.DataLimitExceeded"));
    let failed = run(&NESTING_MACHINE, &json!({}));
    assert_eq!(failed.error(), Some("States.Runtime"));
}

#[test]
fn all_variables_together_have_a_limit() {
    /// Assigns so many times to so many variables in turn, each time as much as one may hold.
    fn assign(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        let number = |name: &str| cx.input[name].as_u64().unwrap_or(0);
        let (times, count) = (number("times"), number("count"));
        // With its quotes and brackets. How long arrays are is remembered.
        let value = json!(["x".repeat(Settings::PAYLOAD_LIMIT - 4)]);
        let step = match times {
            1 => Step::end(json!({})),
            _ => Step::next(0_u16, json!({ "times": (times - 1), "count": count })),
        };
        Ok(step.assign([((times % count) as usize, value)]))
    }
    static STATES: [StateInfo; 1] = [StateInfo::new("S", StateKind::Pass, assign).jsonata()];
    static MACHINE: Program = Program::new("m", &STATES, 0, 0).variables(&["x"; 41]);
    let error = |times, count| {
        let output = run(&MACHINE, &json!({ "times": (times), "count": (count) }));
        output.error().map(str::to_owned)
    };
    assert_eq!(error(40, 41), None, "10 MiB");
    assert_eq!(error(41, 41).as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(error(100, 40), None, "what is replaced does not count");
}
