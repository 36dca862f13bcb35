include!("shared/types.rs");

asl!("member_of_the_last_element.asl.json");

#[tasks(input = Order)]
impl member_of_the_last_element::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
