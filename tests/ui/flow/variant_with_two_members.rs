include!("shared/types.rs");

#[derive(Deserialize, Shape)]
struct Paid {
    method: Method,
}

#[derive(Deserialize, Shape)]
enum Method {
    Card { number: String },
    Invoice { address: String },
}

asl!("variant_with_two_members.asl.json");

#[tasks(input = Order)]
impl variant_with_two_members::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Paid) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
