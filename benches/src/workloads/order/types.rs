//! The types of the order's tasks.

use asl_runtime::{Held, Native};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub order_id: String,
    pub customer: Customer,
    pub items: Vec<Item>,
    pub total: f64,
    pub currency: String,
    pub card: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
pub struct Customer {
    pub name: String,
    pub email: String,
    pub address: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
pub struct Item {
    pub sku: String,
    pub qty: u32,
    pub price: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    pub ok: bool,
    pub order_id: String,
    pub card: String,
    pub amount: f64,
    pub currency: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    pub ok: bool,
    pub order_id: String,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Shipping {
    pub order_id: String,
    pub customer: Customer,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    pub order_id: String,
    pub email: String,
    pub paid: f64,
}

/// The machine's output: the order with what the tasks gave.
#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct Completed {
    pub order_id: String,
    pub customer: Customer,
    pub items: Vec<Item>,
    pub total: f64,
    pub currency: String,
    pub card: String,
    pub payment: Payment,
    pub inventory: Inventory,
    pub shipping: Shipping,
    pub confirmation: Confirmation,
}

/// The same, in which what the tasks gave is shared with the machine's document.
#[derive(Debug, Clone, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
pub struct HeldCompleted {
    pub order_id: String,
    pub customer: Customer,
    pub items: Vec<Item>,
    pub total: f64,
    pub currency: String,
    pub card: String,
    pub payment: Held<Payment>,
    pub inventory: Held<Inventory>,
    pub shipping: Held<Shipping>,
    pub confirmation: Held<Confirmation>,
}
