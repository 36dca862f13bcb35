//! The order by hand over `serde_json::Value`.

use std::time::Duration;

use serde_json::{Value, json};

/// What went wrong with an order.
#[derive(Debug, thiserror::Error)]
#[error("OrderFailed: the order could not be completed")]
pub struct OrderFailed;

/// What goes wrong in a task.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {cause}")]
pub struct TaskError {
    name: String,
    cause: String,
}

pub struct Shop;

impl Shop {
    async fn check_payment(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn reserve_inventory(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn arrange_shipping(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn send_confirmation(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn notify_failure(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
}

pub async fn run(shop: &Shop, order: &Value) -> Result<Value, OrderFailed> {
    let mut document = order.clone();
    let payment = shop.check_payment(json!({
        "ok": true,
        "orderId": document["orderId"],
        "card": document["card"],
        "amount": document["total"],
        "currency": document["currency"],
    }));
    match payment.await {
        Ok(payment) => document["payment"] = payment,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    if document["payment"]["ok"] != Value::Bool(true) {
        return fail(shop, document, None).await;
    }
    match reserve(shop, &document).await {
        Ok(inventory) => document["inventory"] = inventory,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    if document["inventory"]["ok"] != Value::Bool(true) {
        return fail(shop, document, None).await;
    }
    let shipping = shop.arrange_shipping(json!({
        "orderId": document["orderId"],
        "customer": document["customer"],
        "items": document["items"],
    }));
    match shipping.await {
        Ok(shipping) => document["shipping"] = shipping,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    let confirmation = shop.send_confirmation(json!({
        "orderId": document["orderId"],
        "email": document["customer"]["email"],
        "paid": document["payment"]["amount"],
    }));
    match confirmation.await {
        Ok(confirmation) => document["confirmation"] = confirmation,
        Err(error) => return fail(shop, document, Some(error)).await,
    }
    Ok(document)
}

/// Reserves the items, three times more when the inventory is busy.
async fn reserve(shop: &Shop, document: &Value) -> Result<Value, TaskError> {
    let mut pause = Duration::from_secs(1);
    let mut attempts = 0;
    loop {
        let inventory = shop.reserve_inventory(json!({
            "ok": true,
            "orderId": document["orderId"],
            "items": document["items"],
        }));
        match inventory.await {
            Err(error) if error.name == "InventoryBusy" && attempts < 3 => {
                attempts += 1;
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            result => return result,
        }
    }
}

#[cold]
async fn fail(shop: &Shop, mut document: Value, error: Option<TaskError>) -> Result<Value, OrderFailed> {
    if let Some(error) = error {
        document["error"] = json!({ "Error": error.name, "Cause": error.cause });
    }
    match shop.notify_failure(document).await {
        Ok(_) | Err(_) => Err(OrderFailed),
    }
}
