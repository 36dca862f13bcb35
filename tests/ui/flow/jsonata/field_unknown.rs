include!("../shared/types.rs");

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct Strict {
    amount: f64,
    #[serde(alias = "buyer")]
    customer: String,
    note: Option<String>,
}

asl!("field_unknown.asl.json");

#[tasks(input = Order)]
impl field_unknown::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Strict) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
