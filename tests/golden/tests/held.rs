//! Tasks with native types do what the same tasks with plain ones do, and leave the same history.
#![allow(clippy::unwrap_used, reason = "a test")]

use asl_runtime::testing::{Mock, Test, TestRun};
use asl_runtime::{EventType, Held, Native, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

include!("../machines/order.rs");

/// A shop and the types of its tasks, native ones if `Native` is among what they derive.
macro_rules! shop {
    ($($native:ident)?) => {
        use super::*;

        #[derive(Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Charge {
            order: String,
            amount: f64,
            currency: String,
        }

        #[derive(Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Receipt {
            approved: bool,
            charge: Charge,
        }

        #[derive(Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Item {
            sku: String,
        }

        #[derive(Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Reservation {
            token: String,
            items: Vec<Item>,
            text: String,
        }

        #[derive(Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Confirmation {
            pub order: String,
            pub token: String,
        }

        pub fn receipt(charge: Charge) -> Result<Receipt, TaskError> {
            if charge.amount < 0.0 {
                return Err(TaskError::new("PaymentDeclined", "no"));
            }
            let approved = charge.amount < 100.0;
            Ok(Receipt { approved, charge })
        }

        pub fn reservation(items: Vec<Item>) -> Reservation {
            let longest = items.iter().map(|item| item.sku.len()).max().unwrap_or_default();
            Reservation {
                token: "T7".to_owned(),
                items,
                text: "x".repeat(longest * 100_000),
            }
        }

        pub struct Shop;

        #[tasks]
        impl order::Tasks for Shop {
            async fn check_payment(&self, charge: Charge) -> Result<Receipt, TaskError> {
                receipt(charge)
            }
            async fn reserve_stock(&self, items: Vec<Item>) -> Result<Reservation, TaskError> {
                Ok(reservation(items))
            }
            async fn confirm(&self, confirmation: Confirmation) -> Result<Confirmation, TaskError> {
                Ok(confirmation)
            }
            async fn alert_support(&self) -> Result<(), TaskError> {
                Ok(())
            }
        }
    };
}

mod plain {
    shop!();
}

mod native {
    shop!(Native);
}

use native::{Charge, Confirmation, Item, Receipt, Reservation, receipt, reservation};

/// Native types, in a `Held`.
struct Holding;

#[tasks]
impl order::Tasks for Holding {
    async fn check_payment(&self, charge: Held<Charge>) -> Result<Held<Receipt>, TaskError> {
        receipt(charge.into_inner()).map(Held::new)
    }
    async fn reserve_stock(&self, items: Held<Vec<Item>>) -> Result<Held<Reservation>, TaskError> {
        Ok(reservation(items.into_inner()).into())
    }
    async fn confirm(&self, confirmation: Held<Confirmation>) -> Result<Held<Confirmation>, TaskError> {
        Ok(confirmation)
    }
    async fn alert_support(&self) -> Result<Held<()>, TaskError> {
        Ok(Held::new(()))
    }
}

async fn run<T: order::Tasks>(tasks: T, input: &Value) -> TestRun {
    let machine = order::machine(tasks);
    Test::new(&order::MACHINE)
        .run_with(&machine, input)
        .await
        .unwrap()
}

#[tokio::test]
async fn held_types_change_nothing() {
    for input in [
        json!({ "id": "A1", "total": 5, "items": [{ "sku": "a", "more": [] }] }),
        json!({ "id": "A1", "total": 500, "items": [] }),
        json!({ "id": "A1", "total": -1, "items": [] }),
        json!({ "id": "A1", "total": 5, "items": [{ "sku": 1 }] }),
        json!({ "id": "A1", "total": 5, "items": {} }),
        json!({ "id": "A1", "total": "5", "items": [] }),
        json!({ "id": "A1", "items": [] }),
        // A result that is too large.
        json!({ "id": "A1", "total": 5, "items": [{ "sku": "abc" }] }),
    ] {
        let plain = run(plain::Shop, &input).await;
        for held in [run(native::Shop, &input).await, run(Holding, &input).await] {
            assert_eq!(plain.outcome, held.outcome, "{input}");
            assert_eq!(plain.history.len(), held.history.len(), "{input}");
            for (mut plain, mut held) in plain.history.iter().cloned().zip(held.history) {
                // What the service says around it has a random number.
                if plain.event_type == EventType::TaskSucceeded {
                    (plain.details.output, held.details.output) = (None, None);
                }
                assert_eq!(plain, held, "{input}");
            }
        }
    }
}

#[tokio::test]
async fn held_values_meet_mocks() {
    let input = json!({ "id": "A1", "total": 5, "items": [{ "sku": "a" }] });
    let test = Test::new(&order::MACHINE).mock("ReserveStock", [Mock::output(json!({ "token": "mocked" }))]);
    let run = test.run_with(&order::machine(Holding), &input).await.unwrap();
    let confirmed: Value = run.outcome.into_result().unwrap();
    assert_eq!(confirmed, json!({ "order": "A1", "token": "mocked" }));
}

#[tokio::test]
async fn machines_take_and_give_held_values() {
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Order {
        id: String,
        total: f64,
        items: Vec<Item>,
    }
    let order = Held::new(Order {
        id: "A1".to_owned(),
        total: 5.0,
        items: Vec::new(),
    });
    let confirmed: Held<Confirmation> = order::run(&Holding, &order).await.unwrap();
    assert_eq!((confirmed.order.as_str(), confirmed.token.as_str()), ("A1", "T7"));
}

#[tokio::test]
async fn what_a_held_value_lacks_is_missing() {
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Order {
        id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<f64>,
        items: Vec<Item>,
    }
    for total in [None, Some(5.0)] {
        let order = Order {
            id: "A1".to_owned(),
            total,
            items: Vec::new(),
        };
        let plain = run(Holding, &Value::encode(&order).unwrap()).await;
        let held = run(Holding, &Value::encode(&Held::new(order)).unwrap()).await;
        assert_eq!(held.outcome, plain.outcome);
        let missing = total.is_none().then_some("States.Runtime");
        assert_eq!(held.error(), missing);
    }
}
