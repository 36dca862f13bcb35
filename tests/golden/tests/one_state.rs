//! States run one by one, and tell how the data went through them.
#![allow(clippy::unwrap_used, reason = "a test")]

use asl_runtime::testing::{FieldValidation, InspectionLevel, Refusal, StateStatus, StateTest};
use asl_runtime::{Value, json};

include!("../machines/distributed.rs");
include!("../machines/inspected.rs");

use inspected::{MACHINE, State};

fn test(state: State) -> StateTest {
    StateTest::new(&MACHINE, state).inspection_level(InspectionLevel::Debug)
}

fn ask() -> StateTest {
    test(State::Ask)
        .input(json!({"order": {"id": "o-1"}}))
        .variables(json!({"limit": 7}))
}

/// The whole answer, as the service writes it.
fn answer(test: StateTest) -> Value {
    Value::encode(&test.run().unwrap()).unwrap()
}

fn refused(test: StateTest) -> String {
    match test.run() {
        Ok(run) => panic!("{run:?}"),
        Err(Refusal { message, .. }) => message,
    }
}

#[test]
fn a_task_shows_all_its_data() {
    assert_eq!(
        answer(ask().mock_result(json!({"MessageId": "m-1"}))),
        json!({
            "status": "SUCCEEDED",
            "output": {"id": "m-1"},
            "nextState": "Each",
            "inspectionData": {
                "input": {"order": {"id": "o-1"}},
                "afterInputPath": {"id": "o-1"},
                "afterParameters": {"QueueUrl": "q", "MessageBody": "7: o-1"},
                "result": {"MessageId": "m-1"},
                "afterResultSelector": {"id": "m-1"},
                "afterResultPath": {"order": {"id": "o-1"}, "sent": {"id": "m-1"}},
                "variables": {"limit": 7, "last": "m-1"}
            }
        })
    );
}

#[test]
fn without_inspection_the_end_is_told_alone() {
    let run = ask()
        .inspection_level(InspectionLevel::Info)
        .mock_result(json!({"MessageId": "m-1"}))
        .run()
        .unwrap();
    assert_eq!(run.inspection, None);
    assert_eq!(run.next_state, Some("Each"));
}

#[test]
fn retriers_are_asked_before_catchers() {
    let details = |test: StateTest| {
        let run = test.run().unwrap();
        let details = run.inspection.unwrap().error_details;
        (run.status, Value::encode(&details).unwrap())
    };
    assert_eq!(
        details(ask().mock_error("Busy", "")),
        (
            StateStatus::Retriable,
            json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 2})
        )
    );
    assert_eq!(
        details(ask().mock_error("Busy", "").retry_count(1)),
        (
            StateStatus::Retriable,
            json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 6})
        )
    );
    assert_eq!(
        details(ask().mock_error("Busy", "").retry_count(2)),
        (
            StateStatus::CaughtError,
            json!({"retryIndex": 0, "catchIndex": 1})
        )
    );
    assert_eq!(
        answer(ask().mock_error("Other", "why not")),
        json!({
            "status": "CAUGHT_ERROR",
            "error": "Other",
            "cause": "why not",
            "output": {"order": {"id": "o-1"}, "why": {"Error": "Other", "Cause": "why not"}},
            "nextState": "Give up",
            "inspectionData": {
                "input": {"order": {"id": "o-1"}},
                "afterInputPath": {"id": "o-1"},
                "afterParameters": {"QueueUrl": "q", "MessageBody": "7: o-1"},
                "variables": {"limit": 7, "why": "Other"},
                "errorDetails": {"catchIndex": 1}
            }
        })
    );
}

#[test]
fn a_state_that_cannot_be_evaluated_fails() {
    let run = test(State::Ask).mock_result(json!({})).run().unwrap();
    assert_eq!(run.status, StateStatus::Failed);
    assert_eq!(run.error.as_deref(), Some("States.Runtime"));
    assert_eq!(
        run.cause.as_deref(),
        Some("Invalid path '$.order' : No results for path: $['order']")
    );
}

#[test]
fn what_is_null_shows_as_well() {
    assert_eq!(
        answer(test(State::Call).input(json!({"a": 1})).mock_result("r")),
        json!({
            "status": "SUCCEEDED",
            "output": {},
            "nextState": "Rest",
            "inspectionData": {
                "input": {"a": 1},
                "afterInputPath": {},
                "afterParameters": 1,
                "result": "r",
                "afterResultSelector": "r",
                "afterResultPath": {"a": 1}
            }
        })
    );
}

#[test]
fn a_map_shows_its_items() {
    let each = || test(State::Each).input(json!({"items": ["a", "b"], "all": 2}));
    assert_eq!(
        answer(each().mock_result(json!([1, 2]))),
        json!({
            "status": "SUCCEEDED",
            "output": {"items": ["a", "b"], "all": 2},
            "nextState": "Fork",
            "inspectionData": {
                "input": {"items": ["a", "b"], "all": 2},
                "afterInputPath": {"items": ["a", "b"], "all": 2},
                "afterItemsPath": ["a", "b"],
                "afterItemSelector": [{"n": 0, "all": 2}, {"n": 1, "all": 2}],
                "maxConcurrency": 3,
                "afterResultSelector": [1, 2],
                "afterResultPath": {"items": ["a", "b"], "all": 2}
            }
        })
    );
    assert_eq!(
        refused(each().mock_result(json!({}))),
        "Mocked result must be an array."
    );
    assert_eq!(
        refused(each().mock_result(json!([])).map_iteration_failure_count(3)),
        "Map iteration failure count must be less than or equal to the number of Map iterations"
    );
}

#[test]
fn a_parallel_has_a_result_a_branch() {
    let run = test(State::Fork).mock_result(json!(["l", "r"])).run().unwrap();
    assert_eq!(run.output, Some(json!({"left": "l"})));
    assert_eq!(
        refused(test(State::Fork).mock_result(json!(["l"]))),
        "Mocked result must contain the same number of items as number of Parallel branches."
    );
}

#[test]
fn states_without_a_call_run_as_they_are() {
    assert_eq!(
        answer(test(State::Fixed).input(json!({"a": 1}))),
        json!({
            "status": "SUCCEEDED",
            "output": [1, 2],
            "nextState": "Cut",
            "inspectionData": {
                "input": {"a": 1},
                "result": [1, 2],
                "afterResultSelector": [1, 2],
                "afterResultPath": {"a": 1, "b": [1, 2]}
            }
        })
    );
    assert_eq!(
        answer(test(State::Cut).input(json!({"a": {"x": 1}}))),
        json!({
            "status": "SUCCEEDED",
            "output": {"a": {"x": 1}},
            "nextState": "Call",
            "inspectionData": {
                "input": {"a": {"x": 1}},
                "afterInputPath": {"x": 1},
                "afterParameters": {"x": 1},
                "afterResultSelector": {"x": 1},
                "afterResultPath": {"a": {"x": 1}}
            }
        })
    );
    let waited = test(State::Rest).input(json!({"seconds": 3})).run().unwrap();
    assert_eq!(
        (waited.output, waited.next_state),
        (Some(json!({})), Some("Give up"))
    );
}

#[test]
fn the_context_object_can_be_given() {
    let failed = |test: StateTest| test.run().unwrap().error.unwrap_or_default();
    assert_eq!(failed(test(State::GiveUp)), "StateName");
    assert_eq!(
        failed(test(State::GiveUp).context(json!({"State": {"Name": "Mine"}}))),
        "Mine"
    );
    assert_eq!(
        refused(test(State::GiveUp).context(json!({"State": {"Name": 1}}))),
        "Invalid Context object provided: State.Name must be a string"
    );
}

#[test]
fn mocks_must_make_sense() {
    assert_eq!(
        refused(StateTest::new(&MACHINE, "Nowhere")),
        "State not found in definition"
    );
    assert_eq!(
        refused(ask()),
        "RoleArn must be specified when testing a Task state"
    );
    assert_eq!(
        refused(test(State::Fixed).mock_result(1)),
        "State type 'Pass' is not supported when a mock is specified"
    );
    let wrong = || ask().mock_result(json!({"MessageId": 1}));
    assert_eq!(
        refused(wrong()),
        "Mock result schema validation error: Field 'MessageId' must be a string"
    );
    let run = wrong().field_validation(FieldValidation::None).run().unwrap();
    assert_eq!(run.output, Some(json!({"id": 1})));
}

#[test]
fn nothing_is_larger_than_a_state_may_have() {
    const LIMIT: usize = 262_144;
    let text = |length: usize| "x".repeat(length - 2);
    for (member, test) in [
        ("input", ask().input(text(LIMIT + 1))),
        ("variables", ask().variables(json!({ "limit": text(LIMIT) }))),
        ("context", ask().context(json!({ "x": text(LIMIT) }))),
        ("mock.result", ask().mock_result(text(LIMIT + 1))),
    ] {
        assert_eq!(
            refused(test.mock_failure(None, None)),
            format!(
                "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length \
                 less than or equal to 262144"
            )
        );
    }
    // The catcher adds to an input that is just not too large.
    let input = json!({ "order": { "id": "o-1" }, "x": text(LIMIT - 40) });
    let caught = |cause: &str| {
        ask()
            .input(input.clone())
            .mock_error("Other", cause)
            .run()
            .unwrap()
    };
    let run = caught("much too long a cause");
    assert_eq!(run.status, StateStatus::Failed);
    assert_eq!(run.error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(
        run.cause.as_deref(),
        Some(
            "The state/task 'Ask' returned a result with a size exceeding the maximum number of bytes service limit."
        )
    );
}

#[test]
fn what_a_reader_would_read_is_selected_and_batched() {
    let import = json!({ "bucket": "b", "maxItems": 3, "bytes": 1000, "tolerated": 1 });
    let run = StateTest::new(&distributed::MACHINE, distributed::State::ImportRows)
        .inspection_level(InspectionLevel::Debug)
        .input(json!({ "import": import }))
        .map_item_reader_data("shoe;1\nsock;2\nlace;3\nleft out;4\n")
        .mock_result(json!({}))
        .run()
        .unwrap();
    assert_eq!(run.status, StateStatus::Succeeded);
    let inspection = run.inspection.unwrap();
    let row = |index: i64, sku: &str, count: &str| json!({ "index": index, "from": "S3://b/rows.csv", "row": { "sku": sku, "count": count } });
    let (shoe, sock, lace) = (row(0, "shoe", "1"), row(1, "sock", "2"), row(2, "lace", "3"));
    assert_eq!(
        inspection.after_item_selector,
        Some(json!([shoe.clone(), sock.clone(), lace.clone()]))
    );
    assert_eq!(
        inspection.after_item_batcher,
        Some(json!([
            { "BatchInput": { "bucket": "b" }, "Items": [shoe, sock] },
            { "BatchInput": { "bucket": "b" }, "Items": [lace] },
        ]))
    );
}
