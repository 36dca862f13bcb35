//! The recorded code runs, and gives what the definitions ask for.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::{
    IntoTaskError, TaskContext, TaskError, Value, json, tasks,
    testing::{Mock, Test, TestRun},
};
use serde::{Deserialize, Serialize};

include!("../machines/order.rs");
include!("../machines/states.rs");
include!("../machines/operators.rs");
include!("../machines/branches.rs");
include!("../machines/variables.rs");
include!("../machines/names.rs");
include!("../machines/lambda.rs");
include!("../machines/no_tasks.rs");
include!("../machines/nulls.rs");

#[derive(Deserialize)]
struct Charge {
    order: String,
    amount: f64,
    currency: String,
}

#[derive(Serialize)]
struct Receipt {
    approved: bool,
}

#[derive(Deserialize)]
struct Item {
    sku: String,
}

#[derive(Serialize)]
struct Reservation {
    token: String,
    shelf: u32,
}

#[derive(Deserialize)]
struct Confirmation {
    order: String,
    token: String,
}

#[derive(Debug, TaskError)]
enum ShopError {
    #[asl(cause = "the card was refused")]
    PaymentDeclined,
    #[asl(cause = "the bank does not answer", name = "PaymentBusy")]
    Busy,
}

struct Shop;

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self, charge: Charge, context: &TaskContext) -> Result<Receipt, ShopError> {
        assert_eq!((charge.order.as_str(), charge.currency.as_str()), ("A1", "EUR"));
        match charge.amount {
            0.0..10.0 => Ok(Receipt { approved: true }),
            10.0..100.0 => Ok(Receipt { approved: false }),
            100.0..1000.0 if context.attempt() == 2 => Ok(Receipt { approved: true }),
            100.0..1000.0 => Err(ShopError::Busy),
            _ => Err(ShopError::PaymentDeclined),
        }
    }

    async fn reserve_stock(&self, items: Vec<Item>) -> Result<Reservation, TaskError> {
        match items.iter().find(|item| item.sku.is_empty()) {
            Some(_) => Err(TaskError::new("NoSku", "an item without a number")),
            None => Ok(Reservation {
                token: "T7".to_owned(),
                shelf: 3,
            }),
        }
    }

    async fn confirm(&self, Confirmation { order, token }: Confirmation) -> Result<String, TaskError> {
        Ok(format!("{order} is reserved as {token}"))
    }

    async fn alert_support(&self) -> Result<(), TaskError> {
        Ok(())
    }
}

async fn ordered(total: f64, items: Value) -> Result<Value, asl_runtime::ExecutionError> {
    order::run(&Shop, &json!({ "id": "A1", "total": total, "items": items })).await
}

#[tokio::test(start_paused = true)]
async fn order_with_typed_tasks() {
    let shoe = || json!([{ "sku": "shoe" }]);
    let confirmed = json!("A1 is reserved as T7");
    let declined = json!({ "status": "declined", "charged": 0 });
    assert_eq!(ordered(5.0, shoe()).await.unwrap(), confirmed);
    assert_eq!(ordered(50.0, shoe()).await.unwrap(), declined);
    assert_eq!(ordered(500.0, shoe()).await.unwrap(), confirmed);
    assert_eq!(ordered(5000.0, shoe()).await.unwrap(), declined);

    let error = ordered(5.0, json!([{ "sku": "" }])).await.unwrap_err();
    assert_eq!(
        (error.error(), error.cause()),
        (Some("NoSku"), Some("an item without a number"))
    );

    let error = ordered(5.0, json!([{ "price": 1 }])).await.unwrap_err();
    let cause = "Unable to unmarshal input: [0]: missing field `sku`";
    assert_eq!(
        (error.error(), error.cause()),
        (Some("Runtime.UnmarshalError"), Some(cause))
    );
}

#[tokio::test]
async fn tasks_may_be_shared() {
    let shop = std::sync::Arc::new(Shop);
    let input = json!({ "id": "A1", "total": 5, "items": [{ "sku": "shoe" }] });
    for machine in [
        order::shared_machine(std::sync::Arc::clone(&shop)),
        order::shared_machine(shop),
    ] {
        let confirmed: String = machine.run(&input).await.unwrap();
        assert_eq!(confirmed, "A1 is reserved as T7");
    }
}

#[test]
fn order_that_times_out() {
    let run = Test::new(&order::MACHINE)
        .mock("CheckPayment", [Mock::hang(), Mock::hang()])
        .mock("AlertSupport", [Mock::echo()])
        .run(&json!({ "id": "A1", "total": 1 }))
        .unwrap();
    assert_eq!(run.error(), Some("OrderFailed"));
    // Two attempts of ten seconds, and the pause between them.
    assert_eq!(run.duration, Duration::from_secs(21));
    assert_eq!(
        run.calls[2].input,
        json!({ "TopicArn": "support", "Message": "" })
    );
}

#[test]
fn names_of_states() {
    assert_eq!(order::State::Approved.name(), "Approved?");
    assert_eq!(order::State::ALL.len(), 7);
    assert_eq!(u16::from(order::State::ReserveStock), 2);
    let mut test = Test::new(&names::MACHINE);
    for state in names::State::ALL {
        let is_task = state != names::State::ALL[names::State::ALL.len() - 1];
        test = if is_task {
            test.mock(state.name(), [Mock::echo()])
        } else {
            test
        };
    }
    let run = test.run(&json!({ "a": 1 })).unwrap();
    assert_eq!(run.output(), Some(&json!({ "a": 1 })));
    assert_eq!(run.calls.len(), names::State::ALL.len() - 1);
}

fn states_with(role: &str) -> TestRun {
    Test::new(&states::MACHINE)
        .mock("Limited", [Mock::echo()])
        .mock(
            "Activity",
            [Mock::error("A", "one"), Mock::error("C", "two"), Mock::output(1)],
        )
        .run(&json!({
            "seconds": 5,
            "times": { "past": "2020-01-01T00:00:00Z" },
            "limits": { "timeout": 9, "heartbeat": 3, "role": role },
        }))
        .unwrap()
}

#[test]
fn every_type_of_state() {
    let run = states_with("arn");
    assert_eq!(run.output(), Some(&json!("arn")));
    let inputs: Vec<&Value> = run.calls.iter().map(|call| &call.input).collect();
    let limits = json!({ "timeout": 9, "heartbeat": 3, "role": "arn" });
    assert_eq!(inputs, [&limits, &json!(5), &json!(5), &json!(5)]);

    let run = states_with("fail");
    assert_eq!((run.error(), run.cause()), (Some("E"), Some("C")));
    let run = states_with("fail by path");
    assert_eq!(
        (run.error(), run.cause()),
        (Some("fail by path"), Some("because of fail by path"))
    );
}

#[test]
fn data_of_pass_states() {
    let run = states_with("arn");
    let entered = run
        .history
        .iter()
        .find(|event| event.details.state == Some("Short wait"))
        .and_then(|event| event.details.input.clone())
        .unwrap();
    assert_eq!(
        entered.get("constant"),
        Some(&json!([1, 2.5, 18446744073709551615_u64, "text", null, true, { "nested": [] }]))
    );
    assert_eq!(entered.get("scalar"), Some(&json!("only text")));
    assert_eq!(
        entered.get("template"),
        Some(&json!({
            "first": 1,
            "state": "Template",
            "fixed": { "a": 1, "b": [true, false] },
            "mixed": [1, { "second": 2.5 }],
        }))
    );
    assert_eq!(entered.get("moved"), Some(&json!("only text")));
    assert_eq!(entered.get("nothing"), Some(&json!({})));
    assert_eq!(entered.get("copy").and_then(|copy| copy.get("copy")), None);
}

#[test]
fn comparison_operators() {
    let check = |members: Value, expected: &str| {
        let mut input =
            json!({ "s": "z", "other": "zz", "n": 5, "limit": 7, "t": "2030-01-01T00:00:00Z", "b": true });
        for (key, value) in members.as_object().unwrap().iter() {
            input.as_object_mut().unwrap().insert(key.clone(), value.clone());
        }
        let run = Test::new(&operators::MACHINE).run(&input).unwrap();
        assert_eq!(run.output(), Some(&json!(expected)), "{input}");
    };
    check(json!({ "s": "a" }), "StringEquals");
    check(json!({ "s": "A" }), "StringLessThan");
    check(json!({ "other": "z" }), "StringGreaterThanEqualsPath");
    check(json!({ "s": "log-1.t*t" }), "StringMatches");
    check(json!({ "n": -1 }), "Numeric");
    check(json!({ "n": 1000.5 }), "Numeric");
    check(json!({ "n": 7.0 }), "Numeric");
    check(json!({ "t": "2024-01-01T01:00:00+01:00" }), "Timestamp");
    check(json!({ "b": false }), "Boolean");
    check(json!({ "z": null }), "Null");

    let run = Test::new(&operators::MACHINE)
        .run(&json!({ "s": "z", "other": "zz" }))
        .unwrap();
    assert_eq!(run.error(), Some("States.Runtime"));
}

#[test]
fn branches_and_iterations() {
    let price = |index: i64, item: &str, price: i64| {
        Mock::output(price).when(json!({ "item": item, "index": index, "rate": 2 }))
    };
    let run = Test::new(&branches::MACHINE)
        .mock("Count", [Mock::output(2)])
        .mock("Price", [price(0, "a", 10), price(1, "b", 20)])
        .run(&json!({ "work": { "items": ["a", "b"], "rate": 2, "limit": 1 } }))
        .unwrap();
    let output = run.output().unwrap();
    assert_eq!(
        output.get("done"),
        Some(&json!({ "count": 2, "prices": [10, 20] }))
    );
    assert_eq!(output.get("again"), Some(&json!([10, 20])));
}

#[test]
fn workflow_variables() {
    let run = |work: Mock| {
        Test::new(&variables::MACHINE)
            .mock("Work", [work])
            .run(&json!({ "x": 7 }))
            .unwrap()
    };
    let done = run(Mock::output(json!({ "n": 1 })));
    assert_eq!(
        done.calls[0].input,
        json!({ "a": { "fixed": [1, 2] }, "b": 7, "first": 1 })
    );
    assert_eq!(
        done.output(),
        Some(&json!({ "a": { "fixed": [1, 2] }, "b": 7, "rule": "second", "result": { "n": 1 } }))
    );
    let caught = run(Mock::error("Broken", "why"));
    assert_eq!(caught.output().unwrap().get("result"), Some(&json!("Broken")));
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

struct Functions;

#[tasks]
impl lambda::Tasks for Functions {
    async fn invoke(&self, payload: Value) -> Result<Value, TaskError> {
        Ok(json!({ "got": payload }))
    }

    async fn no_payload(&self, payload: Value) -> Result<Value, TaskError> {
        Ok(json!({ "empty": payload }))
    }

    async fn callback(&self, Token { token }: Token, context: &TaskContext) -> Result<Value, TaskError> {
        assert_eq!(Some(token.as_str()), context.token());
        context.callback().success(&json!({ "answered": true }))?;
        Ok(json!({ "answered": "later" }))
    }

    async fn job(&self, parameters: Value) -> Result<Value, ShopError> {
        Ok(parameters)
    }
}

#[tokio::test]
async fn lambda_functions() {
    let output: Value = lambda::run(&Functions, &json!({ "n": 1 })).await.unwrap();
    assert_eq!(
        output,
        json!({ "StateMachineArn": "other", "Input": { "answered": true } })
    );

    let run = Test::new(&lambda::MACHINE)
        .mock("Invoke", [Mock::payload(json!({ "x": 1 }))])
        .mock("No payload", [Mock::payload("p")])
        .mock("Callback", [Mock::echo()])
        .mock("Job", [Mock::echo()])
        .run(&json!({}))
        .unwrap();
    assert_eq!(run.calls[1].input, json!({ "FunctionName": "f" }));
    let payload = run
        .output()
        .unwrap()
        .get("Input")
        .unwrap()
        .get("Payload")
        .unwrap();
    assert_eq!(payload.get("input"), Some(&json!("p")));
}

#[tokio::test]
async fn machine_without_tasks() {
    let output: Value = no_tasks::run(&(), &json!({ "n": 21 })).await.unwrap();
    assert_eq!(output, json!({ "twice": 42 }));
}

#[test]
fn null_paths() {
    let test = || Test::new(&nulls::MACHINE).mock("Constant", [Mock::echo()]);
    let run = test()
        .mock("Not wanted", [Mock::output(json!({ "n": 1 }))])
        .run(&json!({ "a": 1 }))
        .unwrap();
    assert_eq!(
        (run.calls[0].input.clone(), run.calls[1].input.clone()),
        (json!({}), json!({ "fixed": 1 }))
    );
    assert_eq!(run.output(), Some(&json!({})));
    let run = test()
        .mock("Not wanted", [Mock::output(json!({ "m": 1 }))])
        .run(&json!({ "a": 1 }))
        .unwrap();
    assert_eq!(run.error(), Some("States.Runtime"));
}

#[test]
fn no_path_is_applied_to_null() {
    let check = |run: TestRun| {
        assert_eq!(run.error(), Some("States.Runtime"));
        let cause = run.cause().unwrap();
        let said = "Unable to apply Path transformation to null or empty input.";
        assert!(cause.ends_with(said), "{cause}");
    };
    // `ResultSelector`, and `Variable`.
    let nulls = Test::new(&nulls::MACHINE).mock("Constant", [Mock::echo()]);
    let not_wanted = nulls.mock("Not wanted", [Mock::output(json!(null))]);
    check(not_wanted.run(&json!({ "a": 1 })).unwrap());
    check(Test::new(&operators::MACHINE).run(&json!(null)).unwrap());
    // Not even `$`.
    check(Test::new(&lambda::MACHINE).run(&json!(null)).unwrap());
}

#[test]
fn derived_errors() {
    let error = ShopError::PaymentDeclined.into_task_error();
    assert_eq!(
        (error.error(), error.cause()),
        (Some("PaymentDeclined"), Some("the card was refused"))
    );
}
