//! The tasks, and the world that they change: a file with a line for each thing that was done.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl_runtime::{TaskContext, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::order;

/// The shop. What it did stands in a file beside the orders.
pub struct Shop {
    done: PathBuf,
}

#[derive(Deserialize)]
pub struct Stock {
    order: String,
    article: String,
}

#[derive(Deserialize)]
pub struct Charge {
    order: String,
    amount: f64,
}

#[derive(Serialize)]
pub struct Receipt {
    charged: f64,
}

#[derive(Deserialize)]
pub struct Message {
    #[serde(rename = "MessageBody")]
    pub body: Question,
}

#[derive(Deserialize)]
pub struct Question {
    order: String,
    total: f64,
}

impl Shop {
    /// The shop that writes down what it does beside a file of orders.
    pub fn beside(orders: &Path) -> Self {
        Self {
            done: orders.with_extension("done"),
        }
    }

    /// Does something, unless it was done before: a call that was under way when the process died is made again, with the
    /// same key.
    fn once(&self, key: &str, what: &str) -> Result<(), TaskError> {
        let done = fs::read_to_string(&self.done).unwrap_or_default();
        if done.lines().any(|line| line.starts_with(key)) {
            println!("  {what}: done before");
            return Ok(());
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&self.done)?;
        writeln!(file, "{key} {what}")?;
        file.sync_all()?;
        println!("  {what}");
        Ok(())
    }
}

#[tasks]
impl order::Tasks for Shop {
    async fn reserve_stock(&self, stock: Stock, cx: &TaskContext) -> Result<Value, TaskError> {
        let Stock { order, article } = stock;
        self.once(&cx.idempotency_key(), &format!("{order}: {article} reserved"))?;
        Ok(json!({ "shelf": 7 }))
    }

    async fn charge_card(&self, charge: Charge, cx: &TaskContext) -> Result<Receipt, TaskError> {
        let Charge { order, amount } = charge;
        self.once(
            &cx.idempotency_key(),
            &format!("{order}: card charged with {amount}"),
        )?;
        // The bank takes its time to answer: here the demonstration kills the process.
        sleep(Duration::from_secs(1)).await;
        Ok(Receipt { charged: amount })
    }

    /// Only asks: `approve` answers by the token.
    async fn ask_manager(&self, message: Message) -> Result<(), TaskError> {
        let Question { order, total } = message.body;
        println!("  {order}: a manager is asked to approve {total}");
        Ok(())
    }

    /// Skis are only shipped when the file `snow` is there.
    async fn ship(&self, stock: Stock, cx: &TaskContext) -> Result<Value, TaskError> {
        let Stock { order, article } = stock;
        if article == "skis" && !self.done.with_file_name("snow").exists() {
            println!("  {order}: no snow, nothing shipped");
            return Err(TaskError::new("NoSnow", "skis are shipped in winter"));
        }
        self.once(&cx.idempotency_key(), &format!("{order}: {article} shipped"))?;
        Ok(json!({ "carrier": "mail" }))
    }
}
