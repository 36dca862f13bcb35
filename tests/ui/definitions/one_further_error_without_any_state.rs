use asl_runtime::{ExecutionError, TaskError, asl, tasks};

asl!(mod order = "one_further_error_without_any_state.asl.json");

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
