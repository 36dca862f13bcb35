include!("shared/types.rs");

asl!("unchecked_state_does_not_exist.asl.json");

#[tasks(input = Order, unchecked(state = "Chrage"))]
impl unchecked_state_does_not_exist::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
