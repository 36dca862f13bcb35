include!("shared/types.rs");

asl!("parallel_element_missing.asl.json");

#[tasks(input = Order)]
impl parallel_element_missing::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
