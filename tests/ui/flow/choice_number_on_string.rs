include!("shared/types.rs");

asl!("choice_number_on_string.asl.json");

#[tasks(input = Order)]
impl choice_number_on_string::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
