include!("../shared/types.rs");

asl!("own_function_mapped.asl.json");

#[tasks(input = Order)]
impl own_function_mapped::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
