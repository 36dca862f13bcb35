use asl_runtime::{ExecutionError, TaskError, asl, tasks};

asl!(mod order = "no_further_errors_at_a_task_of_unknown_type.asl.json");

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

async fn express() -> Result<String, ExecutionError> {
    order::run(&Shop, &7).await
}

fn main() {
    let _ = express();
    println!("{}", order::State::CheckPayment.name());
}
