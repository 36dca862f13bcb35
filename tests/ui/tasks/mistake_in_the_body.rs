use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&self, paid: bool) -> Result<String, TaskError> {
        Ok(paid)
    }
}

fn main() {}
