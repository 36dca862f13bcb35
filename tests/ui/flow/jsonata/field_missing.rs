include!("../shared/types.rs");

asl!("field_missing.asl.json");

#[tasks(input = Order)]
impl field_missing::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
