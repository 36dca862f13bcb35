include!("shared/types.rs");

asl!("choice_timestamp_on_number.asl.json");

#[tasks(input = Order)]
impl choice_timestamp_on_number::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
