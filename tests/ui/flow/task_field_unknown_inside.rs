include!("shared/types.rs");

#[derive(Deserialize, Shape)]
struct Lines {
    customer: Name,
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

asl!("task_field_unknown_inside.asl.json");

#[tasks(input = Order)]
impl task_field_unknown_inside::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Lines) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
