include!("../shared/types.rs");

asl!("items_of_text.asl.json");

#[tasks(input = Order)]
impl items_of_text::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
