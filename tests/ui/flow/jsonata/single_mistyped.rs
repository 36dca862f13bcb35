include!("../shared/types.rs");

asl!("single_mistyped.asl.json");

#[tasks(input = Order)]
impl single_mistyped::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
