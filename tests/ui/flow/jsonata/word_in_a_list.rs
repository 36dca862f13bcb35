include!("../shared/types.rs");

asl!("word_in_a_list.asl.json");

#[tasks(input = Order)]
impl word_in_a_list::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
