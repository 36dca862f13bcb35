//! A hundred Pass states in a chain. By hand it is a hundred functions, one after the other.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use serde::{Deserialize, Serialize};

use super::{Must, Workload, program};
use crate::report::{OURS, STRUCTS, VALUE};

asl!("../../workloads/pass100.asl.json");

const INPUT: &str = include_str!("../../workloads/pass100.input.json");

struct NoTasks;
#[asl_runtime::tasks]
impl pass100::Tasks for NoTasks {}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    order_id: String,
    n: u32,
}

/// A step that leaves the document as it is, and that the optimizer cannot see through.
#[inline(never)]
async fn step<D>(document: D) -> D {
    std::hint::black_box(document)
}

async fn ten<D>(document: D) -> D {
    let document = step(step(step(step(step(document).await).await).await).await).await;
    step(step(step(step(step(document).await).await).await).await).await
}

async fn hundred<D>(document: D) -> D {
    let document = ten(ten(ten(ten(ten(document).await).await).await).await).await;
    ten(ten(ten(ten(ten(document).await).await).await).await).await
}

pub(super) fn workloads() -> Vec<Workload> {
    let machine = Arc::new(pass100::machine(NoTasks));
    let input: Value = INPUT.parse().must();
    let document: Arc<Document> = Arc::new(serde_json::from_str(INPUT).must());
    let json: Arc<serde_json::Value> = Arc::new(serde_json::from_str(INPUT).must());
    vec![Workload::new(
        "pass100",
        "",
        vec![
            program(OURS, move || {
                let (machine, input) = (Arc::clone(&machine), input.clone());
                async move { machine.run::<_, Value>(&input).await.must() }
            }),
            program(STRUCTS, move || hundred(Document::clone(&document))),
            program(VALUE, move || hundred(serde_json::Value::clone(&json))),
        ],
    )]
}
