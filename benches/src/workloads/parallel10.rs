//! A Parallel state with ten branches.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Must, Workload, program};
use crate::report::{OURS, STRUCTS, VALUE};

asl!("../../workloads/parallel10.asl.json");

const INPUT: &str = include_str!("../../workloads/parallel10.input.json");

struct NoTasks;
#[asl_runtime::tasks]
impl parallel10::Tasks for NoTasks {}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    order_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Branch {
    branch: u32,
    order: String,
}

async fn structs(document: &Document) -> Vec<Branch> {
    let branches = (0..10).map(|branch| async move {
        Branch {
            branch,
            order: document.order_id.clone(),
        }
    });
    join_all(branches).await
}

async fn values(document: &serde_json::Value) -> Option<serde_json::Value> {
    let branches = (0..10)
        .map(|branch| async move { Some(json!({ "branch": branch, "order": document.get("orderId")? })) });
    join_all(branches).await.into_iter().collect()
}

pub(super) fn workloads() -> Vec<Workload> {
    let machine = Arc::new(parallel10::machine(NoTasks));
    let input: Value = INPUT.parse().must();
    let document: Arc<Document> = Arc::new(serde_json::from_str(INPUT).must());
    let json: Arc<serde_json::Value> = Arc::new(serde_json::from_str(INPUT).must());
    vec![Workload::new(
        "parallel10",
        "",
        vec![
            program(OURS, move || {
                let (machine, input) = (Arc::clone(&machine), input.clone());
                async move { machine.run::<_, Value>(&input).await.must() }
            }),
            program(STRUCTS, move || {
                let document = Arc::clone(&document);
                async move { structs(&document).await }
            }),
            program(VALUE, move || {
                let json = Arc::clone(&json);
                async move { values(&json).await.ok_or("no order").must() }
            }),
        ],
    )]
}
