use crate::{
    Source, compile,
    ir::{
        Assignment, Comparison, Concurrency, Json, Kind, Machine, Next, Order, ResultPath, Seconds, Select,
        State, Template, Test, Text, Type, Wait,
    },
};

fn machine(text: &str) -> Machine {
    let source = Source {
        path: "test.asl.json".to_owned(),
        text: text.to_owned(),
    };
    compile(&source).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(&source)))
}

/// The state `A` of a machine, followed by a state `B`.
fn state(fields: &str) -> (State, Vec<String>) {
    let text = format!(r#"{{"StartAt": "A", "States": {{"A": {{{fields}}}, "B": {{"Type": "Succeed"}}}}}}"#);
    let mut machine = machine(&text);
    (machine.states.remove(0), machine.variables)
}

/// A Pass state with these fields.
fn pass(fields: &str) -> (State, Vec<String>) {
    state(&format!(r#""Type": "Pass", "Next": "B", {fields}"#))
}

/// The test of a Choice rule.
fn test(rule: &str) -> Test {
    let (state, _) = state(&format!(
        r#""Type": "Choice", "Choices": [{{{rule}, "Next": "B"}}]"#
    ));
    match state.kind {
        Kind::Choice { mut rules, .. } => rules.remove(0).test,
        kind => panic!("{kind:?}"),
    }
}

fn comparison(test: &str) -> Comparison {
    match self::test(&format!(r#""Variable": "$.a", {test}"#)) {
        Test::Compare { comparison, .. } => comparison,
        test => panic!("{test:?}"),
    }
}

#[test]
fn states_are_listed_by_scope_and_named_by_index() {
    let machine = machine(
        r#"{
  "Comment": "c", "StartAt": "Outer", "TimeoutSeconds": 7,
  "States": {
    "Outer": {"Type": "Parallel", "Next": "Last", "Branches": [
      {"StartAt": "Second", "States": {"First": {"Type": "Pass", "End": true}, "Second": {"Type": "Pass", "Next": "First"}}}
    ]},
    "Last": {"Type": "Map", "End": true, "Iterator": {"StartAt": "Item", "States": {"Item": {"Type": "Succeed"}}}}
  }
}"#,
    );
    let names: Vec<_> = machine.states.iter().map(|state| state.name.as_str()).collect();
    assert_eq!(names, ["Outer", "Last", "First", "Second", "Item"]);
    assert_eq!(
        (machine.start, machine.timeout_seconds, machine.comment.as_deref()),
        (0, Some(7), Some("c"))
    );
    assert_eq!(machine.states[0].next, Next::State(1));
    assert_eq!(machine.states[2].next, Next::End);
    assert_eq!(machine.states[3].next, Next::State(2));
    assert!(matches!(&machine.states[0].kind, Kind::Parallel { branches } if *branches == [3]));
    assert!(matches!(&machine.states[1].kind, Kind::Map { processor: 4, .. }));
    assert_eq!(
        (machine.states[1].place.line, machine.states[1].place.column),
        (7, 5)
    );
}

#[test]
fn data_flow_fields_have_their_defaults() {
    let (plain, _) = pass(r#""InputPath": "$", "ResultPath": "$""#);
    assert!(plain.input_path.is_none() && plain.output_path.is_none() && plain.parameters.is_none());
    assert!(matches!(plain.result_path, ResultPath::Replace));
    let (state, variables) = pass(r#""InputPath": "$v.a", "OutputPath": null, "ResultPath": "$.r""#);
    assert!(matches!(state.input_path, Some(Select::Path(path)) if path.text == "$v.a"));
    assert!(matches!(state.output_path, Some(Select::Empty)));
    assert!(matches!(state.result_path, ResultPath::At(path) if path.text == "$.r"));
    assert_eq!(variables, ["v"]);
    assert!(matches!(
        pass(r#""ResultPath": null"#).0.result_path,
        ResultPath::Discard
    ));
}

#[test]
fn templates_are_folded_where_nothing_is_evaluated() {
    let (state, variables) = pass(
        r#""Parameters": {"a": [1, "$.x"], "b": {"c.$": "$.d"}, "e.$": "States.Array($v, States.UUID())"}"#,
    );
    let Some(Template::Object(members)) = state.parameters else {
        panic!("{:?}", state.parameters)
    };
    let [
        (a, Template::Constant(constant)),
        (b, Template::Object(inner)),
        (e, call),
    ] = members.as_slice()
    else {
        panic!("{members:?}")
    };
    assert_eq!((a.as_str(), b.as_str(), e.as_str()), ("a", "b", "e"));
    assert_eq!(
        *constant,
        Json::Array(vec![Json::Integer(1), Json::String("$.x".to_owned())])
    );
    let [(c, Template::Path { field, path })] = inner.as_slice() else {
        panic!("{inner:?}")
    };
    assert_eq!(
        (c.as_str(), field.as_str(), path.text.as_str()),
        ("c", "c.$", "$.d")
    );
    assert!(matches!(call, Template::Intrinsic { field, .. } if field == "e.$"));
    assert_eq!(variables, ["v"]);
}

#[test]
fn results_are_never_evaluated() {
    let (state, _) = pass(r#""Result": {"a.$": "$.b"}"#);
    let expected = Json::Object(vec![("a.$".to_owned(), Json::String("$.b".to_owned()))]);
    assert!(matches!(state.kind, Kind::Pass { result: Some(result) } if result == expected));
}

#[test]
fn variables_are_slots() {
    let (state, variables) = pass(r#""Assign": {"x.$": "$y.z", "w": {"a": 1}, "y": 2}"#);
    assert_eq!(variables, ["y", "x", "w"]);
    let slots: Vec<_> = state
        .assign
        .iter()
        .map(|Assignment { variable, .. }| *variable)
        .collect();
    assert_eq!(slots, [1, 2, 0]);
    assert!(matches!(&state.assign[0].value, Template::Path { field, .. } if field == "x.$"));
    assert!(matches!(
        &state.assign[1].value,
        Template::Constant(Json::Object(_))
    ));
}

#[test]
fn handlers_have_their_defaults() {
    let (state, _) = state(
        r#""Type": "Task", "Resource": "a", "Next": "B", "TimeoutSeconds": 3, "HeartbeatSecondsPath": "$.h",
           "Retry": [{"ErrorEquals": ["X"]}, {"ErrorEquals": ["Y"], "IntervalSeconds": 2, "MaxAttempts": 0, "BackoffRate": 3,
                      "MaxDelaySeconds": 9, "JitterStrategy": "FULL"}],
           "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "B"}]"#,
    );
    let [first, second] = state.retry.as_slice() else {
        panic!("{:?}", state.retry)
    };
    assert_eq!(
        (first.interval_seconds, first.max_attempts, first.backoff_rate),
        (1, 3, 2.0)
    );
    assert_eq!((first.max_delay_seconds, first.full_jitter), (None, false));
    assert_eq!(
        (second.interval_seconds, second.max_attempts, second.backoff_rate),
        (2, 0, 3.0)
    );
    assert_eq!((second.max_delay_seconds, second.full_jitter), (Some(9), true));
    let [catcher] = state.catch.as_slice() else {
        panic!("{:?}", state.catch)
    };
    assert_eq!(
        (catcher.next, catcher.error_equals.as_slice()),
        (1, &["States.ALL".to_owned()][..])
    );
    assert!(matches!(catcher.result_path, ResultPath::Discard));
    let Kind::Task {
        timeout, heartbeat, ..
    } = state.kind
    else {
        panic!("{:?}", state.kind)
    };
    assert!(matches!(timeout, Some(Seconds::Literal(3))));
    assert!(matches!(heartbeat, Some(Seconds::Path(path)) if path.text == "$.h"));
}

#[test]
fn legacy_parameters_of_a_map_are_its_item_selector() {
    let map = |fields: &str| {
        let processor = r#""ItemProcessor": {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}"#;
        state(&format!(r#""Type": "Map", "Next": "B", {fields}, {processor}"#)).0
    };
    let legacy = map(r#""Parameters": {"a.$": "$.b"}, "MaxConcurrencyPath": "$.n""#);
    assert!(legacy.parameters.is_none());
    let Kind::Map {
        item_selector,
        max_concurrency,
        items_path,
        ..
    } = legacy.kind
    else {
        panic!()
    };
    assert!(matches!(item_selector, Some(Template::Object(_))));
    assert!(matches!(max_concurrency, Concurrency::Path(_)));
    assert!(items_path.is_none());
    let Kind::Map {
        max_concurrency,
        items_path,
        ..
    } = map(r#""ItemsPath": "$$.Execution.Input""#).kind
    else {
        panic!()
    };
    assert!(matches!(max_concurrency, Concurrency::Literal(0)));
    assert!(items_path.is_some());
}

#[test]
fn waits_and_failures_keep_their_form() {
    let wait = |field: &str| match state(&format!(r#""Type": "Wait", "Next": "B", {field}"#)).0.kind {
        Kind::Wait(wait) => wait,
        kind => panic!("{kind:?}"),
    };
    assert!(matches!(wait(r#""Seconds": 0"#), Wait::Seconds(0)));
    assert!(matches!(wait(r#""SecondsPath": "$.s""#), Wait::SecondsPath(_)));
    assert!(matches!(
        wait(r#""TimestampPath": "$.t""#),
        Wait::TimestampPath(_)
    ));
    assert!(matches!(
        wait(r#""Timestamp": "1970-01-01T00:00:02.9Z""#),
        Wait::Timestamp(2000)
    ));
    assert!(matches!(
        wait(r#""Timestamp": "1969-12-31T23:59:58.1Z""#),
        Wait::Timestamp(-2000)
    ));

    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E", "CausePath": "States.UUID()"}}}"#;
    let Kind::Fail { error, cause } = machine(text).states.remove(0).kind else {
        panic!()
    };
    assert!(matches!(error, Some(Text::Literal(text)) if text == "E"));
    assert!(matches!(cause, Some(Text::Intrinsic(_))));
}

#[test]
fn comparators_keep_their_family_and_order() {
    assert!(
        matches!(comparison(r#""StringLessThan": "a""#), Comparison::String(Order::Less, text) if text == "a")
    );
    assert!(matches!(
        comparison(r#""NumericGreaterThanEquals": 1.5"#),
        Comparison::Numeric(Order::GreaterOrEqual, Json::Float(1.5))
    ));
    assert!(matches!(
        comparison(r#""TimestampEquals": "1970-01-01T00:00:01Z""#),
        Comparison::Timestamp(Order::Equal, _, 1_000_000_000)
    ));
    assert!(matches!(
        comparison(r#""BooleanEquals": false"#),
        Comparison::Boolean(false)
    ));
    assert!(matches!(
        comparison(r#""StringGreaterThanPath": "$.b""#),
        Comparison::StringPath(Order::Greater, _)
    ));
    assert!(matches!(
        comparison(r#""NumericLessThanEqualsPath": "$.b""#),
        Comparison::NumericPath(Order::LessOrEqual, _)
    ));
    assert!(matches!(
        comparison(r#""TimestampLessThanPath": "$.b""#),
        Comparison::TimestampPath(Order::Less, _)
    ));
    assert!(matches!(
        comparison(r#""BooleanEqualsPath": "$.b""#),
        Comparison::BooleanPath(_)
    ));
    assert!(
        matches!(comparison(r#""StringMatches": "a*b""#), Comparison::Matches(parts) if parts == ["a", "b"])
    );
    assert!(matches!(
        comparison(r#""IsPresent": true"#),
        Comparison::IsPresent(true)
    ));
    for (name, kind) in [
        ("Null", Type::Null),
        ("String", Type::String),
        ("Numeric", Type::Numeric),
        ("Boolean", Type::Boolean),
        ("Timestamp", Type::Timestamp),
    ] {
        assert!(
            matches!(comparison(&format!(r#""Is{name}": false"#)), Comparison::Is(found, false) if found == kind)
        );
    }
}

#[test]
fn every_comparator_is_resolved() {
    use crate::syntax::{shape::Kind, tables::COMPARATORS};
    for field in COMPARATORS {
        let operand = match field.json_path {
            Some(Kind::SingleNodePath) => r#""$.b""#,
            Some(Kind::Timestamp) => r#""2016-03-14T01:59:00Z""#,
            Some(Kind::AnyNumber) => "1",
            Some(Kind::Boolean) => "true",
            _ => r#""x""#,
        };
        comparison(&format!(r#""{}": {operand}"#, field.name));
    }
}

#[test]
fn tests_combine() {
    let null = r#"{"Variable": "$.a", "IsNull": true}"#;
    assert!(matches!(test(&format!(r#""And": [{null}, {null}]"#)), Test::And(tests) if tests.len() == 2));
    assert!(matches!(test(&format!(r#""Or": [{null}]"#)), Test::Or(tests) if tests.len() == 1));
    assert!(matches!(test(&format!(r#""Not": {null}"#)), Test::Not(_)));
}
