include!("../shared/types.rs");

asl!("fail_cause_missing.asl.json");

#[tasks(input = Order)]
impl fail_cause_missing::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
