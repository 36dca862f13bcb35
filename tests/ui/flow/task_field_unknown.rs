include!("shared/types.rs");

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct Strict {
    amount: f64,
    #[serde(alias = "buyer")]
    customer: String,
    note: Option<String>,
}

asl!("task_field_unknown.asl.json");

#[tasks(input = Order)]
impl task_field_unknown::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Strict) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
