include!("../shared/types.rs");

asl!("reduced_member.asl.json");

#[tasks(input = Order)]
impl reduced_member::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
