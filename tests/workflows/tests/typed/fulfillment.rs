//! Polls an order until it is fulfilled, in JSONata.

use std::sync::atomic::{AtomicU32, Ordering};

use asl_runtime::{ExecutionError, Shape, TaskError, Value, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Found, Sent, Text};

include!(concat!(env!("OUT_DIR"), "/fulfillment.rs"));

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
    items: Vec<String>,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    message_body: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct GetItem {
    table_name: String,
    key: Key,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Key {
    order_id: Text,
}

#[derive(Serialize, Shape)]
struct Status {
    status: Text,
}

/// Comes to this status with the third poll.
struct Warehouse {
    last: &'static str,
    polls: AtomicU32,
}

#[tasks(input = Order)]
impl fulfillment::Tasks for Warehouse {
    async fn submit_order(&self, send: SendMessage) -> Result<Sent, TaskError> {
        if !send.queue_url.ends_with("/FulfillmentQueue") {
            return Err(TaskError::new("NoQueue", send.queue_url));
        }
        match send.message_body.as_str() {
            r#"{"orderId":"o-1","items":["boots"]}"# => Ok(Sent {
                message_id: "m-1".to_owned(),
            }),
            other => Err(TaskError::new("WrongMessage", other)),
        }
    }

    async fn check_fulfillment_status(&self, get: GetItem) -> Result<Found<Status>, TaskError> {
        if get.table_name != "OrdersTable" || get.key.order_id.text != "o-1" {
            return Err(TaskError::new("NoOrder", get.key.order_id.text));
        }
        let status = match self.polls.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => "pending",
            _ => self.last,
        };
        let status = Text::new(status);
        Ok(Found {
            item: Status { status },
        })
    }
}

async fn fulfill(last: &'static str) -> Result<Value, ExecutionError> {
    let polls = AtomicU32::new(0);
    let warehouse = Warehouse { last, polls };
    let order = Order {
        order_id: "o-1".to_owned(),
        items: vec!["boots".to_owned()],
    };
    // Longer than an Express execution may take.
    fulfillment::machine(warehouse)
        .with_timeout(None)
        .run(&order)
        .await
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_again_until_it_is_decided() -> Result<(), ExecutionError> {
    let output = fulfill("fulfilled").await?;
    assert_eq!(output["Item"]["status"]["S"], "fulfilled");
    let failed = fulfill("cancelled").await.err();
    let cause = failed.as_ref().and_then(ExecutionError::cause);
    assert_eq!(cause, Some("Order fulfillment status: cancelled"));
    Ok(())
}
