include!("shared/types.rs");

asl!("result_path_into_an_array.asl.json");

#[tasks(input = Order)]
impl result_path_into_an_array::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
