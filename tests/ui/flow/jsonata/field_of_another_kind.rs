include!("../shared/types.rs");

asl!("field_of_another_kind.asl.json");

#[tasks(input = Order)]
impl field_of_another_kind::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
