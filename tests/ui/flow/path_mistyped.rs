use asl_runtime::{Shape, TaskError, asl, tasks};
use serde::{Deserialize, Serialize};

asl!("path_mistyped.asl.json");

#[derive(Serialize, Deserialize, Shape)]
struct Order {
    id: String,
    customer: Customer,
}

#[derive(Serialize, Deserialize, Shape)]
struct Customer {
    name: String,
}

#[derive(Serialize, Shape)]
struct Reservation {
    token: String,
    total: f64,
}

#[derive(Deserialize, Shape)]
struct Payment {
    amount: String,
    customer: String,
    currency: String,
}

#[derive(Serialize, Shape)]
struct Receipt {
    status: Status,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "lowercase")]
enum Status {
    Approved,
    Declined,
}

struct Shop;

#[tasks(input = Order)]
impl path_mistyped::Tasks for Shop {
    async fn reserve(&self, order: Order) -> Result<Reservation, TaskError> {
        Ok(Reservation { token: order.id, total: 9.5 })
    }

    async fn charge_card(&self, _: Payment) -> Result<Receipt, TaskError> {
        Ok(Receipt { status: Status::Approved })
    }
}

fn main() {}
