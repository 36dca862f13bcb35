include!("../shared/types.rs");

asl!("each_of_numbers.asl.json");

#[tasks(input = Order)]
impl each_of_numbers::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
