include!("shared/types.rs");

asl!("member_in_another_case.asl.json");

#[tasks(input = Order)]
impl member_in_another_case::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
