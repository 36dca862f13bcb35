//! The order workflow of the example `order`, compiled by a build script instead of the macro.
//!
//! `build.rs` writes the generated module to `OUT_DIR`, and this file includes it; the rest is the same. Here the
//! shop lives in memory: `cargo run -p order-build`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use asl_runtime::{ExecutionError, HistoryEvent, TaskError, Value, json, tasks};
use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/order.rs"));

/// A shop that sells each shoe until it is gone.
struct Shop {
    stock: Mutex<HashMap<String, u32>>,
}

#[derive(Deserialize)]
struct Wanted {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    shoe: String,
    quantity: u32,
}

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self) -> Result<Value, TaskError> {
        Ok(json!({ "status": "approved" }))
    }

    async fn reserve_inventory(&self, wanted: Wanted) -> Result<Value, TaskError> {
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |line: &Line| stock.get(&line.shoe).copied().unwrap_or_default();
        let short = wanted.lines.iter().filter(|line| left(line) < line.quantity);
        let missing: Vec<Value> = short.map(|line| line.shoe.as_str().into()).collect();
        if missing.is_empty() {
            for line in wanted.lines {
                stock.entry(line.shoe).and_modify(|left| *left -= line.quantity);
            }
        }
        Ok(json!({ "available": missing.is_empty(), "missing": missing }))
    }

    async fn arrange_shipping(&self) -> Result<Value, TaskError> {
        Ok(json!({ "carrier": "Royal Parcel", "parcel": "parcel-7" }))
    }

    async fn send_confirmation(&self, message: Value) -> Result<(), TaskError> {
        println!("  message: {}", message["text"]);
        Ok(())
    }

    async fn return_payment(&self) -> Result<(), TaskError> {
        Ok(())
    }

    async fn refund_payment(&self) -> Result<(), TaskError> {
        Ok(())
    }

    async fn alert_support(&self) -> Result<(), TaskError> {
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ExecutionError> {
    let stock = Mutex::new(HashMap::from([("city-boot-44".to_owned(), 1)]));
    let machine = order::machine(Shop { stock });
    for id in ["o-1", "o-2"] {
        println!("order {id}");
        let input = json!({
            "id": id,
            "customer": { "name": "Ada", "email": "ada@example.com", "address": "London", "country": "GB" },
            "lines": [{ "shoe": "city-boot-44", "quantity": 1 }],
            "card": "visa-1111",
            "total": 18_900,
        });
        let output: Value = machine.execution().observer(show).run(&input).await?;
        println!("  output: {output}");
    }
    Ok(())
}

/// One line for each state entered.
fn show(event: HistoryEvent) {
    if event.event_type.as_str().ends_with("StateEntered") {
        println!("  {}", event.details.state.unwrap_or_default());
    }
}
