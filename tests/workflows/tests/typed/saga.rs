//! An order as a saga, in JSONata with variables: what was done is undone when a later step fails.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskError, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Publish, Sent};

include!(concat!(env!("OUT_DIR"), "/saga.rs"));

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Shape)]
struct Order {
    order_id: String,
    #[serde(default)]
    steps: Vec<String>,
}

#[derive(Debug, thiserror::Error, asl_runtime::TaskError)]
#[allow(clippy::enum_variant_names, reason = "the workflow's names")]
enum Failed {
    #[error("the payment failed")]
    ErrProcessPayment,
    #[error("there is no stock")]
    ErrReserveInventory,
}

/// Fails in this step, if any.
struct Shop {
    failing: &'static str,
    messages: Mutex<Vec<String>>,
}

impl Shop {
    fn step(&self, mut order: Order, step: &str) -> Order {
        order.steps.push(step.to_owned());
        order
    }

    fn notify(&self, publish: Publish) -> Result<Sent, TaskError> {
        let mut messages = self
            .messages
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "messages"))?;
        messages.push(publish.message);
        Ok(Sent {
            message_id: messages.len().to_string(),
        })
    }
}

#[tasks(input = Order)]
impl saga::Tasks for Shop {
    async fn process_order(&self, order: Order) -> Result<Order, TaskError> {
        Ok(self.step(order, "ordered"))
    }

    async fn process_payment(&self, order: Order) -> Result<Order, Failed> {
        match self.failing {
            "payment" => Err(Failed::ErrProcessPayment),
            _ => Ok(self.step(order, "paid")),
        }
    }

    async fn reserve_inventory(&self, order: Order) -> Result<Order, Failed> {
        match self.failing {
            "inventory" => Err(Failed::ErrReserveInventory),
            _ => Ok(self.step(order, "reserved")),
        }
    }

    async fn sns_notify_success(&self, publish: Publish) -> Result<Sent, TaskError> {
        self.notify(publish)
    }

    async fn release_inventory(&self, order: Order) -> Result<Order, TaskError> {
        Ok(self.step(order, "released"))
    }

    async fn sns_notify_release_inventory_fail(&self, publish: Publish) -> Result<Sent, TaskError> {
        self.notify(publish)
    }

    async fn process_refund(&self, order: Order) -> Result<Order, TaskError> {
        Ok(self.step(order, "refunded"))
    }

    async fn sns_notify_process_refund_fail(&self, publish: Publish) -> Result<Sent, TaskError> {
        self.notify(publish)
    }

    async fn update_order_status(&self, order: Order) -> Result<Order, TaskError> {
        self.notify(Publish {
            topic_arn: String::new(),
            message: order.steps.join(", "),
            subject: None,
        })?;
        Ok(self.step(order, "updated"))
    }

    async fn sns_notify_update_order_fail(&self, publish: Publish) -> Result<Sent, TaskError> {
        self.notify(publish)
    }
}

async fn order(failing: &'static str) -> (Result<Order, ExecutionError>, Vec<String>) {
    let messages = Mutex::default();
    let shop = Shop { failing, messages };
    let order = Order {
        order_id: "o-1".to_owned(),
        steps: Vec::new(),
    };
    let result = saga::run(&shop, &order).await;
    (result, shop.messages.into_inner().unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn what_was_done_is_undone() -> Result<(), ExecutionError> {
    let (result, messages) = order("").await;
    assert_eq!(result?.steps, ["ordered", "paid", "reserved"]);
    assert_eq!(messages, [r#"{"order_id":"o-1","status":"success"}"#]);

    for (failing, undone) in [
        ("payment", "ordered, refunded"),
        ("inventory", "ordered, paid, released, refunded"),
    ] {
        let (result, messages) = order(failing).await;
        let failed = result.err();
        assert_eq!(
            failed.as_ref().and_then(ExecutionError::error),
            Some("SagaFailed")
        );
        assert_eq!(messages, [undone]);
    }
    Ok(())
}
