use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

enum ShipError {
    NotPaid,
}

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&self, paid: bool) -> Result<String, ShipError> {
        if paid {
            Ok("shipped".to_owned())
        } else {
            Err(ShipError::NotPaid)
        }
    }
}

fn main() {}
