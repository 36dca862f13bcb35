use asl_runtime::{Shape, TaskError, asl, tasks};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Order {
    id: String,
    order_date: String,
    customer: Customer,
}

#[derive(Serialize, Deserialize, Shape)]
struct Customer {
    name: String,
    address: Option<Address>,
}

#[derive(Serialize, Deserialize, Shape)]
struct Address {
    city: String,
}

#[derive(Serialize, Shape)]
struct Reservation {
    token: String,
    total: f64,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize, Shape)]
struct Item {
    sku: String,
    quantity: u32,
}

#[derive(Deserialize, Shape)]
struct Payment {
    amount: f64,
    customer: String,
    note: Option<String>,
}

#[derive(Serialize, Shape)]
struct Receipt {
    status: Status,
    reference: Option<String>,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "lowercase")]
enum Status {
    Approved,
    Declined,
}

struct Shop;
