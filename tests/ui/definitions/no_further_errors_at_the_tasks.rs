use asl_runtime::{TaskError, asl, tasks};

asl!(mod order = "no_further_errors_at_the_tasks.asl.json");

struct Shop;

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<u32, TaskError> {
        Ok(order)
    }

    async fn ship_order(&self) -> Result<String, TaskError> {
        Ok("shipped".to_owned())
    }
}

fn main() {}
