//! The shop's order: four tasks, two choices, retriers and catchers. Each task is an echo.

mod structs;
mod types;
mod value;

use std::sync::Arc;

use asl_runtime::{TaskError, asl, tasks};

use super::{Must, Workload, program};
use crate::report::{OURS, STRUCTS, VALUE};
pub(super) use types::{Completed, Order};
use types::{Confirmation, Inventory, Payment, Shipping};

asl!("../../../workloads/order.asl.json");

pub(super) const INPUT: &str = include_str!("../../../workloads/order.input.json");

pub(super) struct Shop;

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self, input: Payment) -> Result<Payment, TaskError> {
        Ok(input)
    }
    async fn reserve_inventory(&self, input: Inventory) -> Result<Inventory, TaskError> {
        Ok(input)
    }
    async fn arrange_shipping(&self, input: Shipping) -> Result<Shipping, TaskError> {
        Ok(input)
    }
    async fn send_confirmation(&self, input: Confirmation) -> Result<Confirmation, TaskError> {
        Ok(input)
    }
    async fn notify_failure(&self, input: asl_runtime::Value) -> Result<asl_runtime::Value, TaskError> {
        Ok(input)
    }
}

pub(super) fn workloads() -> Vec<Workload> {
    vec![as_values(), as_text()]
}

/// Rust values in and out.
fn as_values() -> Workload {
    let machine = Arc::new(order::machine(Shop));
    let order: Arc<Order> = Arc::new(serde_json::from_str(INPUT).must());
    let (by_hand, by_json) = (Arc::clone(&order), Arc::clone(&order));
    Workload::new(
        "order",
        "values",
        vec![
            program(OURS, move || {
                let (machine, order) = (Arc::clone(&machine), Arc::clone(&order));
                async move { machine.run::<_, Completed>(&*order).await.must() }
            }),
            program(STRUCTS, move || {
                let order = Arc::clone(&by_hand);
                async move { structs::run(&structs::Shop, &order).await.must() }
            }),
            program(VALUE, move || {
                let order = Arc::clone(&by_json);
                async move { value::run(&value::Shop, &order).await.must() }
            }),
        ],
    )
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
                    let input: asl_runtime::Value = INPUT.parse().must();
                    let output: asl_runtime::Value = machine.run(&input).await.must();
                    output.to_string()
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
