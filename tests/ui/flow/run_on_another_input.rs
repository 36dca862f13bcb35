include!("shared/types.rs");

asl!("run_on_another_input.asl.json");

#[tasks(input = Order)]
impl run_on_another_input::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

async fn run() {
    let _: Option<u32> = run_on_another_input::run(&Shop, "an order").await.ok();
}

fn main() {}
