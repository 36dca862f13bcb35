include!("shared/types.rs");

asl!("member_written_before.asl.json");

#[tasks(input = Order)]
impl member_written_before::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
