include!("shared/types.rs");

asl!("intrinsic_argument_of_another_kind.asl.json");

#[tasks(input = Order)]
impl intrinsic_argument_of_another_kind::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
