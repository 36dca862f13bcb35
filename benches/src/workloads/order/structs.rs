//! The order by hand over structs.

use std::time::Duration;

use super::types::{Completed, Confirmation, Inventory, Order, Payment, Shipping};

/// What went wrong with an order.
#[derive(Debug, thiserror::Error)]
#[error("OrderFailed: the order could not be completed")]
pub struct OrderFailed;

/// What goes wrong in a task.
#[derive(Debug, thiserror::Error)]
#[allow(dead_code, reason = "an echo never fails")]
pub enum TaskError {
    #[error("the inventory is busy")]
    InventoryBusy,
    #[error("{0}")]
    Other(String),
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
    async fn notify_failure(&self, order: &Order, _error: Option<TaskError>) -> Result<(), TaskError> {
        std::hint::black_box(order);
        Ok(())
    }
}

pub async fn run(shop: &Shop, order: &Order) -> Result<Completed, OrderFailed> {
    let payment = shop.check_payment(Payment {
        ok: true,
        order_id: order.order_id.clone(),
        card: order.card.clone(),
        amount: order.total,
        currency: order.currency.clone(),
    });
    let payment = match payment.await {
        Ok(payment) if payment.ok => payment,
        Ok(_) => return fail(shop, order, None).await,
        Err(error) => return fail(shop, order, Some(error)).await,
    };
    let inventory = match reserve(shop, order).await {
        Ok(inventory) if inventory.ok => inventory,
        Ok(_) => return fail(shop, order, None).await,
        Err(error) => return fail(shop, order, Some(error)).await,
    };
    let shipping = shop.arrange_shipping(Shipping {
        order_id: order.order_id.clone(),
        customer: order.customer.clone(),
        items: order.items.clone(),
    });
    let shipping = match shipping.await {
        Ok(shipping) => shipping,
        Err(error) => return fail(shop, order, Some(error)).await,
    };
    let confirmation = shop.send_confirmation(Confirmation {
        order_id: order.order_id.clone(),
        email: order.customer.email.clone(),
        paid: payment.amount,
    });
    let confirmation = match confirmation.await {
        Ok(confirmation) => confirmation,
        Err(error) => return fail(shop, order, Some(error)).await,
    };
    Ok(Completed {
        order_id: order.order_id.clone(),
        customer: order.customer.clone(),
        items: order.items.clone(),
        total: order.total,
        currency: order.currency.clone(),
        card: order.card.clone(),
        payment,
        inventory,
        shipping,
        confirmation,
    })
}

/// Reserves the items, three times more when the inventory is busy.
async fn reserve(shop: &Shop, order: &Order) -> Result<Inventory, TaskError> {
    let mut pause = Duration::from_secs(1);
    let mut attempts = 0;
    loop {
        let inventory = shop.reserve_inventory(Inventory {
            ok: true,
            order_id: order.order_id.clone(),
            items: order.items.clone(),
        });
        match inventory.await {
            Err(TaskError::InventoryBusy) if attempts < 3 => {
                attempts += 1;
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            result => return result,
        }
    }
}

#[cold]
async fn fail(shop: &Shop, order: &Order, error: Option<TaskError>) -> Result<Completed, OrderFailed> {
    match shop.notify_failure(order, error).await {
        Ok(()) | Err(_) => Err(OrderFailed),
    }
}
