include!("../shared/types.rs");

asl!("reduced_to_a_number.asl.json");

#[tasks(input = Order)]
impl reduced_to_a_number::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
