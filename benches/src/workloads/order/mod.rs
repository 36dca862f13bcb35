//! The shop's order: four tasks, two choices, retriers and catchers. Each task is an echo.
//!
//! Values and text go through the machine in native types; `serde` is the same with types that are none.

mod structs;
mod types;
mod value;

use std::sync::Arc;

use asl_runtime::{Held, TaskError, Value, asl, tasks};

use super::{Must, Program, Workload, program};
use crate::report::{OURS, STRUCTS, VALUE};
use types::plain;
pub(super) use types::{Completed, Order};

asl!("../../../workloads/order.asl.json");

pub(super) const INPUT: &str = include_str!("../../../workloads/order.input.json");

pub(super) struct Shop;

/// The tasks, of which the one takes what the other gives.
macro_rules! tasks_of {
    ($shop:ident: $types:ident) => {
        #[tasks]
        impl order::Tasks for $shop {
            async fn check_payment(&self, input: $types::Payment) -> Result<$types::Payment, TaskError> {
                Ok(input)
            }
            async fn reserve_inventory(
                &self,
                input: $types::Inventory,
            ) -> Result<$types::Inventory, TaskError> {
                Ok(input)
            }
            async fn arrange_shipping(&self, input: $types::Shipping) -> Result<$types::Shipping, TaskError> {
                Ok(input)
            }
            async fn send_confirmation(
                &self,
                input: $types::Confirmation,
            ) -> Result<$types::Confirmation, TaskError> {
                Ok(input)
            }
            async fn notify_failure(&self, input: Value) -> Result<Value, TaskError> {
                Ok(input)
            }
        }
    };
}

tasks_of!(Shop: types);

/// The same tasks with types of which JSON is made.
struct PlainShop;

tasks_of!(PlainShop: plain);

pub(super) fn workloads() -> Vec<Workload> {
    vec![as_values(), as_text(), by_serde()]
}

/// Rust values in and out.
fn as_values() -> Workload {
    let machine = Arc::new(order::machine(Shop));
    let order: Arc<Order> = Arc::new(serde_json::from_str(INPUT).must());
    let held = Held::new(Order::clone(&order));
    let (by_hand, by_json) = (Arc::clone(&order), Arc::clone(&order));
    Workload::new(
        "order",
        "values",
        vec![
            program(OURS, move || {
                let (machine, order) = (Arc::clone(&machine), held.clone());
                async move {
                    machine
                        .run::<_, Held<Completed>>(&order)
                        .await
                        .must()
                        .into_inner()
                }
            }),
            by_structs(by_hand),
            by_values(by_json),
        ],
    )
}

/// Rust values in and out, of which JSON is made.
fn by_serde() -> Workload {
    let machine = Arc::new(order::machine(PlainShop));
    let order: Arc<Order> = Arc::new(serde_json::from_str(INPUT).must());
    let plain: Arc<plain::Order> = Arc::new(serde_json::from_str(INPUT).must());
    let (by_hand, by_json) = (Arc::clone(&order), Arc::clone(&order));
    Workload::new(
        "order",
        "serde",
        vec![
            program(OURS, move || {
                let (machine, order) = (Arc::clone(&machine), Arc::clone(&plain));
                async move { machine.run::<_, plain::Completed>(&*order).await.must() }
            }),
            by_structs(by_hand),
            by_values(by_json),
        ],
    )
}

fn by_structs(order: Arc<Order>) -> Program {
    program(STRUCTS, move || {
        let order = Arc::clone(&order);
        async move { structs::run(&structs::Shop, &order).await.must() }
    })
}

fn by_values(order: Arc<Order>) -> Program {
    program(VALUE, move || {
        let order = Arc::clone(&order);
        async move { value::run(&value::Shop, &order).await.must() }
    })
}

/// JSON text in and out.
fn as_text() -> Workload {
    let machine = Arc::new(order::machine(Shop));
    Workload::new(
        "order",
        "text",
        vec![
            program(OURS, move || {
                let machine = Arc::clone(&machine);
                async move {
                    let order: Held<Order> = serde_json::from_str(INPUT).must();
                    let completed: Value = machine.run(&order).await.must();
                    completed.to_json()
                }
            }),
            program(STRUCTS, || async {
                let order: Order = serde_json::from_str(INPUT).must();
                let completed = structs::run(&structs::Shop, &order).await.must();
                serde_json::to_string(&completed).must()
            }),
            program(VALUE, || async {
                let document: serde_json::Value = serde_json::from_str(INPUT).must();
                let completed = value::run_document(&value::Shop, document).await.must();
                serde_json::to_string(&completed).must()
            }),
        ],
    )
}
