include!("shared/types.rs");

asl!("result_replaces_input.asl.json");

#[tasks(input = Order)]
impl result_replaces_input::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
