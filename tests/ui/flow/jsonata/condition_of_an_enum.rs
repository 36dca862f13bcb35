include!("../shared/types.rs");

asl!("condition_of_an_enum.asl.json");

#[tasks(input = Order)]
impl condition_of_an_enum::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
