include!("shared/types.rs");

asl!("task_gets_the_whole_input.asl.json");

#[tasks(input = Order)]
impl task_gets_the_whole_input::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
