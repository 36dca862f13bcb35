include!("shared/types.rs");

asl!("loop_never_sets_it.asl.json");

#[tasks(input = Order)]
impl loop_never_sets_it::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
