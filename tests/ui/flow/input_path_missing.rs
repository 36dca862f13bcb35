include!("shared/types.rs");

asl!("input_path_missing.asl.json");

#[tasks(input = Order)]
impl input_path_missing::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
