//! Map: the lines of an invoice are priced, at most two at a time.
//!
//! Shows `ItemSelector` (what an iteration starts with), `MaxConcurrency`, and `ResultSelector` over the results,
//! which come in the order of the items. `cargo run -p map`

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use asl_runtime::{ExecutionError, TaskError, asl, json, tasks};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

asl!("invoice.asl.json");

/// What `ItemSelector` makes of an item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    position: u32,
    article: String,
    quantity: u32,
    discount_percent: u32,
}

#[derive(Serialize, Deserialize)]
struct Priced {
    text: String,
    amount: u32,
}

/// What the machine gives.
#[derive(Deserialize)]
struct Invoice {
    title: String,
    lines: Vec<Priced>,
    total: u32,
}

/// A price list that counts who reads it.
#[derive(Default)]
struct Prices {
    readers: AtomicU32,
    most_readers: AtomicU32,
}

#[tasks]
impl invoice::Tasks for Prices {
    async fn price_line(&self, line: Line) -> Result<Priced, TaskError> {
        let readers = self.readers.fetch_add(1, Relaxed) + 1;
        self.most_readers.fetch_max(readers, Relaxed);
        sleep(Duration::from_millis(50)).await;
        self.readers.fetch_sub(1, Relaxed);

        let price = match line.article.as_str() {
            "boots" => 180,
            "laces" => 5,
            "polish" => 10,
            other => {
                return Err(TaskError::new(
                    "NoPrice",
                    format!("there is no price for {other}"),
                ));
            }
        };
        let amount = line.quantity * price * (100 - line.discount_percent) / 100;
        let text = format!(
            "{}. {} x {} at {price}",
            line.position, line.quantity, line.article
        );
        Ok(Priced { text, amount })
    }

    async fn add_up(&self, amounts: Vec<u32>) -> Result<u32, TaskError> {
        Ok(amounts.iter().sum())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ExecutionError> {
    let prices = Prices::default();
    let customer = json!({ "name": "Ada", "discountPercent": 20 });
    let line = |article: &str, quantity: u32| json!({ "article": article, "quantity": quantity });
    let lines = json!([
        line("boots", 1),
        line("laces", 4),
        line("polish", 2),
        line("boots", 2)
    ]);

    let input = json!({ "customer": customer.clone(), "lines": lines });
    let invoice: Invoice = invoice::run(&prices, &input).await?;
    println!("{}", invoice.title);
    for Priced { text, amount } in invoice.lines {
        println!("{text:<24} {amount:>5}");
    }
    println!("{:<24} {:>5}", "total", invoice.total);
    println!(
        "(at most {} lines were priced at once)",
        prices.most_readers.load(Relaxed)
    );

    let input = json!({ "customer": customer, "lines": [line("boots", 1), line("spats", 1)] });
    match invoice::run::<_, Invoice>(&prices, &input).await {
        Ok(invoice) => println!("{}", invoice.title),
        Err(error) => println!("another invoice: {error}"),
    }
    Ok(())
}
