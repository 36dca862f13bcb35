use asl_runtime::{TaskContext, TaskError, asl, tasks};

asl!("shop.asl.json");

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    type Ship = String;

    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&self, paid: bool, _: &TaskContext) -> Result<String, TaskError> {
        Ok(format!("paid: {paid}"))
    }
}

fn main() {}
