include!("shared/types.rs");

asl!("choice_variable_missing.asl.json");

#[tasks(input = Order)]
impl choice_variable_missing::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
