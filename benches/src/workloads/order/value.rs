//! The order by hand over `serde_json::Value`: the document is JSON, the tasks have types.

use std::time::Duration;

use serde_json::{Value, from_value, json, to_value};

use super::types::{Completed, Confirmation, Inventory, Order, Payment, Shipping};

/// What went wrong with an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderFailed {
    #[error("OrderFailed: the order could not be completed")]
    Failed,
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// What goes wrong in a task.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {cause}")]
pub struct TaskError {
    name: String,
    cause: String,
}

impl From<serde_json::Error> for TaskError {
    fn from(error: serde_json::Error) -> Self {
        Self {
            name: "Runtime.UnmarshalError".to_owned(),
            cause: error.to_string(),
        }
    }
}

pub struct Shop;

impl Shop {
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
    async fn notify_failure(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
}

/// Runs one order, from Rust values to Rust values.
pub async fn run(shop: &Shop, order: &Order) -> Result<Completed, OrderFailed> {
    let document = run_document(shop, to_value(order)?).await?;
    Ok(from_value(document)?)
}

/// Runs one order, from JSON to JSON.
pub async fn run_document(shop: &Shop, mut document: Value) -> Result<Value, OrderFailed> {
    match check_payment(shop, &document).await {
        Ok(payment) => document["payment"] = payment,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    if document["payment"]["ok"] != Value::Bool(true) {
        return fail(shop, document, None).await;
    }
    match reserve_inventory(shop, &document).await {
        Ok(inventory) => document["inventory"] = inventory,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    if document["inventory"]["ok"] != Value::Bool(true) {
        return fail(shop, document, None).await;
    }
    match arrange_shipping(shop, &document).await {
        Ok(shipping) => document["shipping"] = shipping,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    match send_confirmation(shop, &document).await {
        Ok(confirmation) => document["confirmation"] = confirmation,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    Ok(document)
}

async fn check_payment(shop: &Shop, document: &Value) -> Result<Value, TaskError> {
    let input = json!({
        "ok": true,
        "orderId": document["orderId"],
        "card": document["card"],
        "amount": document["total"],
        "currency": document["currency"],
    });
    Ok(to_value(shop.check_payment(from_value(input)?).await?)?)
}

/// Reserves the items, three times more when the inventory is busy.
async fn reserve_inventory(shop: &Shop, document: &Value) -> Result<Value, TaskError> {
    let mut pause = Duration::from_secs(1);
    let mut attempts = 0;
    loop {
        let input = json!({
            "ok": true,
            "orderId": document["orderId"],
            "items": document["items"],
        });
        match shop.reserve_inventory(from_value(input)?).await {
            Err(error) if error.name == "InventoryBusy" && attempts < 3 => {
                attempts += 1;
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            inventory => return Ok(to_value(inventory?)?),
        }
    }
}

async fn arrange_shipping(shop: &Shop, document: &Value) -> Result<Value, TaskError> {
    let input = json!({
        "orderId": document["orderId"],
        "customer": document["customer"],
        "items": document["items"],
    });
    Ok(to_value(shop.arrange_shipping(from_value(input)?).await?)?)
}

async fn send_confirmation(shop: &Shop, document: &Value) -> Result<Value, TaskError> {
    let input = json!({
        "orderId": document["orderId"],
        "email": document["customer"]["email"],
        "paid": document["payment"]["amount"],
    });
    Ok(to_value(shop.send_confirmation(from_value(input)?).await?)?)
}

#[cold]
async fn fail(shop: &Shop, mut document: Value, error: Option<TaskError>) -> Result<Value, OrderFailed> {
    if let Some(error) = error {
        document["error"] = json!({ "Error": error.name, "Cause": error.cause });
    }
    match shop.notify_failure(document).await {
        Ok(_) | Err(_) => Err(OrderFailed::Failed),
    }
}
