include!("../shared/types.rs");

asl!("text_multiplied.asl.json");

#[tasks(input = Order)]
impl text_multiplied::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
