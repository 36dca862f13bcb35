use asl_runtime::{ExecutionError, TaskError, asl, json, tasks};
use asl_runtime::testing::{Mock, Test};

asl!(mod order = "no_further_errors_at_the_uses.asl.json");

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
    let _ = order::machine(Shop);
    let _ = Test::new(&order::MACHINE).mock("CheckPayment", [Mock::output(json!(1))]);
    for state in order::State::ALL {
        println!("{}", state.name());
    }
    let last = order::State::Done;
    println!("{}", last == order::State::ShipOrder);
}
