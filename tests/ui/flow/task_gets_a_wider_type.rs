include!("shared/types.rs");

#[derive(Deserialize, Shape)]
struct Lines {
    lines: Line,
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct Line {
    sku: String,
}

asl!("task_gets_a_wider_type.asl.json");

#[tasks(input = Order)]
impl task_gets_a_wider_type::Tasks for Shop {
    async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
        unreachable!()
    }

    async fn charge(&self, _: Lines) -> Result<Receipt, TaskError> {
        unreachable!()
    }
}

fn main() {}
