//! A large document through twenty states and a Map of forty items: the cost of a transition should not depend on
//! the document's size.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use serde_json::json;

use super::{Must, Workload, program};
use crate::report::{OURS, VALUE};

asl!("../../workloads/big.asl.json");

struct NoTasks;
#[asl_runtime::tasks]
impl big::Tasks for NoTasks {}

/// Twenty Pass states, the Map, forty iterations.
const TRANSITIONS: usize = 61;

/// A document of about so many bytes.
fn document(bytes: usize) -> serde_json::Value {
    let lines: Vec<_> = (0..40).map(|id| json!({ "id": id })).collect();
    let entry = json!({ "kind": "entry", "text": "forty characters of plain text, no less.", "values": [1, 2.5, true] });
    let archive = vec![entry; bytes / 100];
    json!({ "order": { "id": "o-1", "total": 99.5 }, "lines": lines, "archive": archive })
}

async fn values(mut document: serde_json::Value) -> Option<serde_json::Value> {
    for step in 0..20 {
        let total = document.get("order")?.get("total")?;
        document["note"] = json!({ "step": step, "total": total });
    }
    let mut priced = Vec::new();
    for line in document.get("lines")?.as_array()? {
        let selected = json!({ "line": line, "order": document.get("order")?.get("id")? });
        priced.push(json!({ "id": selected.get("line")?.get("id")?, "order": selected.get("order")? }));
    }
    document["priced"] = priced.into();
    Some(document)
}

pub(super) fn workloads() -> Vec<Workload> {
    vec![workload("1 KB", 1_000), workload("100 KB", 100_000)]
}

fn workload(variant: &'static str, bytes: usize) -> Workload {
    let machine = Arc::new(big::machine(NoTasks));
    let json = Arc::new(document(bytes));
    let input = Value::from(document(bytes));
    let programs = vec![
        program(OURS, move || {
            let (machine, input) = (Arc::clone(&machine), input.clone());
            async move { machine.run::<_, Value>(&input).await.must() }
        }),
        program(VALUE, move || {
            let document = serde_json::Value::clone(&json);
            async move { values(document).await.ok_or("no order").must() }
        }),
    ];
    Workload {
        per: TRANSITIONS,
        ..Workload::new("big", variant, programs)
    }
}
