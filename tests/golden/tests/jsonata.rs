//! The recorded code of JSONata states runs, and gives what the definitions ask for.
#![allow(clippy::unwrap_used, reason = "a test")]

use asl_runtime::objects::MemoryObjects;
use asl_runtime::testing::{InspectionLevel, Mock, StateStatus, StateTest, Test, TestRun};
use asl_runtime::{EventType, Value, json};

include!("../machines/jsonata.rs");
include!("../machines/jsonata_maps.rs");
include!("../machines/jsonata_functions.rs");

use jsonata::State;

fn input() -> Value {
    json!({
        "id": "o-1",
        "customer": {"name": "Ada"},
        "items": [{"name": "boot", "price": 50, "quantity": 2}, {"name": "sock", "price": 0.5, "quantity": 4}]
    })
}

fn run(input: &Value, mocks: impl IntoIterator<Item = Mock>) -> TestRun {
    Test::new(&jsonata::MACHINE)
        .mock(State::Charge, mocks)
        .run(input)
        .unwrap()
}

fn paid(amount: f64) -> Mock {
    Mock::output(json!({"amount": amount, "receipt": "r-1"}))
}

#[test]
fn data_flows_through_assign_and_output() {
    let run = run(&input(), [paid(102.0)]);
    assert_eq!(
        run.states(),
        [
            "Prepare", "Route", "Pause", "Charge", "Check", "Ship", "Pack", "Pack", "Done"
        ]
    );
    assert_eq!(
        run.calls_of(State::Charge),
        [json!({"order": "o-1", "total": 102, "by": "Charge"})]
    );
    assert_eq!(
        run.output(),
        Some(&json!({
            "result": {"parcels": ["1. boot", "2. sock"], "receipt": "r-1"},
            "route": "plain"
        }))
    );
    let scheduled = run
        .history
        .iter()
        .find(|event| event.event_type == EventType::LambdaFunctionScheduled)
        .unwrap();
    assert_eq!(scheduled.details.timeout_in_seconds, Some(100));
    assert_eq!(
        scheduled.details.task_credentials,
        Some(json!({"roleArn": "arn:aws:iam::1:role/plain"}))
    );
    let assigned = run
        .history
        .iter()
        .find_map(|event| event.details.assigned_variables.clone());
    assert_eq!(
        assigned,
        Some(json!({"customer": "Ada", "limits": {"rush": false, "total": 100, "list": [1, "two"]}}))
    );
}

#[test]
fn rules_have_outputs_and_variables_of_their_own() {
    let mut rushed = input();
    if let Value::Object(members) = &mut rushed {
        members.insert("rush", Value::from(true));
    }
    let run = run(&rushed, [paid(1.0)]);
    assert_eq!(
        run.output(),
        Some(&json!({"result": [{"id": "o-1"}, "o-1Ada"], "route": "rush"}))
    );
    let entered = run
        .history
        .iter()
        .find(|event| event.event_type == EventType::TaskStateEntered)
        .unwrap();
    assert_eq!(entered.details.input.as_ref().unwrap()["priority"], json!(1));
    assert_eq!(
        entered.details.input.as_ref().unwrap()["started.$"],
        json!("$.not.a.path")
    );
}

#[test]
fn catchers_see_the_error() {
    let declined = run(&input(), [Mock::error("PaymentDeclined", "no money")]);
    assert_eq!(declined.error(), Some("Refused"));
    assert_eq!(declined.cause(), Some("PaymentDeclined: no money"));
    let other = run(&input(), [Mock::error("Other", "x")]);
    assert_eq!(other.cause(), Some("nothing to do"));
    let none = json!({"id": "o-1", "customer": {"name": "Ada"}, "items": []});
    assert_eq!(run(&none, []).cause(), Some("nothing to do"));
}

#[test]
fn failed_evaluations_are_retried_and_caught() {
    // Without an amount there is something to merge, but without a receipt nothing to assign.
    let empty = || Mock::output(json!({}));
    let run = run(&input(), [empty(), empty()]);
    let failures: Vec<_> = run
        .history
        .iter()
        .filter(|event| event.event_type == EventType::EvaluationFailed)
        .collect();
    assert_eq!(failures.len(), 2);
    assert_eq!(failures[0].details.location.as_deref(), Some("Assign/receipt"));
    assert_eq!(failures[0].previous_event_id, failures[0].id - 1);
    assert_eq!(run.error(), Some("Refused"));
}

#[test]
fn one_state_tells_what_it_made_of_its_fields() {
    let test = || {
        StateTest::new(&jsonata::MACHINE, State::Charge)
            .input(json!({"id": "o-1", "items": [{"price": 2, "quantity": 3}]}))
            .variables(json!({"limits": {"total": 7}, "route": "r"}))
            .inspection_level(InspectionLevel::Debug)
    };
    let run = test()
        .mock_result(json!({"receipt": 1, "amount": 2}))
        .run()
        .unwrap();
    assert_eq!(
        Value::encode(&run).unwrap(),
        json!({
            "status": "SUCCEEDED",
            "output": {"id": "o-1", "items": [{"price": 2, "quantity": 3}], "paid": 2},
            "nextState": "Check",
            "inspectionData": {
                "input": {"id": "o-1", "items": [{"price": 2, "quantity": 3}]},
                "afterArguments": {"order": "o-1", "total": 6, "by": "StateName"},
                "result": {"receipt": 1, "amount": 2},
                "variables": {"limits": {"total": 7}, "route": "r", "receipt": 1}
            }
        })
    );
    let failed = test()
        .variables(json!({"route": "r"}))
        .mock_result(json!({}))
        .run()
        .unwrap();
    assert_eq!(failed.status, StateStatus::Retriable);
    assert_eq!(
        failed.cause.as_deref(),
        Some(
            "The JSONata expression '$limits.total' specified for the field 'TimeoutSeconds' returned nothing (undefined)."
        )
    );
}

#[test]
fn distributed_maps_evaluate_their_fields() {
    let objects = MemoryObjects::new()
        .bucket("out")
        .object("in", "k", "[1, 2, 3, 4]");
    let run = Test::new(&jsonata_maps::MACHINE)
        .objects(objects.clone())
        .run(&json!({"tolerated": 0, "most": 3, "key": "k", "size": 2}))
        .unwrap();
    assert_eq!(
        run.output(),
        Some(&json!({"bucket": "out", "items": [{"item": 1}, {"item": 2}]}))
    );
    let results = objects
        .keys("out")
        .into_iter()
        .find(|key| key.ends_with("SUCCEEDED_0.json"))
        .unwrap();
    let results = String::from_utf8(objects.content("out", &results).unwrap()).unwrap();
    // Two batches: twice 1 and 2, and twice 3.
    assert!(results.contains("k6"), "{results}");
    assert_eq!(run.map_runs[0].items.total, 3);
}

#[test]
fn given_items_stand_for_those_of_the_reader() {
    let test = |failing| {
        StateTest::new(&jsonata_maps::MACHINE, jsonata_maps::State::Read)
            .input(json!({"tolerated": 1, "most": 3, "key": "k", "size": 2}))
            .map_item_reader_data("[1, 2, 3, 4]")
            .map_iteration_failure_count(failing)
            .mock_result(json!({"ResultWriterDetails": {"Bucket": "b"}}))
            .run()
    };
    assert_eq!(test(0).unwrap().status, StateStatus::Succeeded);
    assert_eq!(
        test(1).unwrap().error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
    assert_eq!(
        test(4).unwrap_err().message,
        "Map iteration failure count must be less than or equal to the number of Map iterations"
    );
}

#[test]
fn what_functions_give_stays_a_sequence_until_they_are_called_from_an_expression() {
    let orders = json!([
        { "kind": "a", "lines": [1, 2, 3] },
        { "kind": "a", "lines": [2] },
        { "kind": "a", "lines": [] }
    ]);
    let run = Test::new(&jsonata_functions::MACHINE).run(&orders).unwrap();
    let keys = json!(["kind", "lines"]);
    assert_eq!(
        run.output(),
        Some(&json!({
            "many": [[2, 3], [2], []],
            "keys": [keys.clone(), keys.clone(), keys],
            "called": 3,
            "one": ["1"],
            "in a block": "1",
            "distinct": "a"
        }))
    );
}
