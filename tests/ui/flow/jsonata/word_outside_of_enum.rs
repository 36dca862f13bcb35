include!("../shared/types.rs");

asl!("word_outside_of_enum.asl.json");

#[tasks(input = Order)]
impl word_outside_of_enum::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
