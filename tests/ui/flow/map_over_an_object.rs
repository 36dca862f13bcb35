include!("shared/types.rs");

asl!("map_over_an_object.asl.json");

#[tasks(input = Order)]
impl map_over_an_object::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Payment) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
