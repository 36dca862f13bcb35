include!("../shared/types.rs");

asl!("read_by_a_path.asl.json");

#[tasks(input = Order)]
impl read_by_a_path::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
