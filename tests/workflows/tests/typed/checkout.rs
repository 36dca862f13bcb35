//! A checkout: payment and shipping by others, who answer by token.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskContext, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{EventsPut, PutEvents, Text, Written};

include!(concat!(env!("OUT_DIR"), "/checkout.rs"));

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Cart {
    cart_id: String,
    email: String,
    address: String,
    orange: String,
    banana: String,
    lemon: String,
    #[serde(rename = "total_cost")]
    total_cost: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct PutItem {
    item: Order,
}

#[derive(Deserialize, Shape)]
struct Order {
    cart_id: Text,
    email: Text,
    address: Text,
    total_cost: Text,
    order_status: Text,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Invoke {
    method: String,
    path: String,
    request_body: Body,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Body {
    payload: Value,
    my_task_token: String,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Invoked {
    status_code: u16,
}

/// What payment and shipping answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    cart_id: &'static str,
    status: &'static str,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct UpdateItem {
    key: Key,
    update_expression: String,
    expression_attribute_values: Values,
}

#[derive(Deserialize, Shape)]
struct Key {
    cart_id: Text,
}

#[derive(Deserialize, Shape)]
struct Values {
    #[serde(rename = ":myValueRef")]
    value: Text,
}

#[derive(Deserialize, Shape)]
struct Detail {
    cart_id: String,
    #[serde(rename = "Time")]
    time: String,
}

struct Shop {
    payment: &'static str,
    shipping: &'static str,
    log: Mutex<Vec<String>>,
}

impl Shop {
    fn log(&self, line: String) -> Result<(), TaskError> {
        self.log
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the log"))?
            .push(line);
        Ok(())
    }

    fn ask(&self, invoke: &Invoke, status: &'static str, cx: &TaskContext) -> Result<Invoked, TaskError> {
        if cx.token() != Some(&invoke.request_body.my_task_token) {
            return Err(TaskError::new("WrongToken", &*invoke.request_body.my_task_token));
        }
        let cart = &invoke.request_body.payload["CartId"];
        self.log(format!("{} {} {cart}", invoke.method, invoke.path))?;
        let cart_id = "c-1";
        cx.callback().success(&Answer { cart_id, status })?;
        Ok(Invoked { status_code: 202 })
    }

    fn update(&self, update: &UpdateItem) -> Result<Written, TaskError> {
        let (field, _) = update.update_expression.split_once(" =").unwrap_or_default();
        let value = &update.expression_attribute_values.value.text;
        self.log(format!("{field} {} {value}", update.key.cart_id.text))?;
        Ok(Written {})
    }

    fn put(&self, put: &PutEvents<Detail>) -> Result<EventsPut, TaskError> {
        for entry in &put.entries {
            let Detail { cart_id, time } = &entry.detail;
            self.log(format!("{} {cart_id} {}", entry.detail_type, time.ends_with('Z')))?;
        }
        Ok(EventsPut {
            failed_entry_count: 0,
        })
    }
}

#[tasks(input = Cart)]
impl checkout::Tasks for Shop {
    async fn set_order_payment_and_shipping_status(&self, put: PutItem) -> Result<Written, TaskError> {
        let Order {
            cart_id,
            email,
            address,
            total_cost,
            order_status,
        } = put.item;
        let line = [
            cart_id.text,
            email.text,
            address.text,
            total_cost.text,
            order_status.text,
        ]
        .join(" ");
        self.log(line)?;
        Ok(Written {})
    }

    async fn third_party_payment_service_https_endpoint(
        &self,
        invoke: Invoke,
        cx: &TaskContext,
    ) -> Result<Invoked, TaskError> {
        self.ask(&invoke, self.payment, cx)
    }

    async fn set_payment_status_unsuccessful(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }

    async fn send_payment_failed_event_to_notification_bus(
        &self,
        put: PutEvents<Detail>,
    ) -> Result<EventsPut, TaskError> {
        self.put(&put)
    }

    async fn set_payment_status_successful(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }

    async fn third_party_shipping_service_https_endpoint(
        &self,
        invoke: Invoke,
        cx: &TaskContext,
    ) -> Result<Invoked, TaskError> {
        self.ask(&invoke, self.shipping, cx)
    }

    async fn set_shipping_status_successful(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }

    async fn set_shipping_status_unsuccessful(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }

    async fn send_shipping_failed_event_to_notification_bus(
        &self,
        put: PutEvents<Detail>,
    ) -> Result<EventsPut, TaskError> {
        self.put(&put)
    }

    async fn send_shipping_successful_event_to_notification_bus(
        &self,
        put: PutEvents<Detail>,
    ) -> Result<EventsPut, TaskError> {
        self.put(&put)
    }
}

async fn check_out(payment: &'static str, shipping: &'static str) -> Result<Vec<String>, ExecutionError> {
    let log = Mutex::default();
    let shop = Shop {
        payment,
        shipping,
        log,
    };
    let cart = Cart {
        cart_id: "c-1".to_owned(),
        email: "ada@example.com".to_owned(),
        address: "London".to_owned(),
        orange: "1".to_owned(),
        banana: "0".to_owned(),
        lemon: "2".to_owned(),
        total_cost: "3.50".to_owned(),
    };
    let output: Value = checkout::run(&shop, &cart).await?;
    assert_eq!(output, json!({ "FailedEntryCount": 0 }));
    Ok(shop.log.into_inner().unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn the_answers_lead_on() -> Result<(), ExecutionError> {
    let ordered = "c-1 ada@example.com London 3.50 pending";
    let (pay, ship) = (
        "POST /dev/checkout/payment \"c-1\"",
        "POST /dev/checkout/shipping \"c-1\"",
    );
    let paid = "SET payment_status c-1 Successful";
    assert_eq!(
        check_out("Paid", "Shipped").await?,
        [
            ordered,
            pay,
            paid,
            ship,
            "SET shipping_status c-1 Successful",
            "ShippingSuccessful c-1 true"
        ]
    );
    assert_eq!(
        check_out("Paid", "ShippingFailed").await?,
        [
            ordered,
            pay,
            paid,
            ship,
            "SET shipping_status c-1 Unsuccessful",
            "ShippingFailed c-1 true"
        ]
    );
    // The workflow writes that the payment was successful here, too.
    assert_eq!(
        check_out("PaymentFailed", "").await?,
        [ordered, pay, paid, "PaymentFailed c-1 true"]
    );
    Ok(())
}
