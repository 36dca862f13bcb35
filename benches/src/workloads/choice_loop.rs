//! A thousand rounds of `States.MathAdd` and a Choice.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use serde_json::json;

use super::{Must, Workload, program};
use crate::report::{OURS, STRUCTS, VALUE};

asl!("../../workloads/choice_loop.asl.json");

struct NoTasks;
#[asl_runtime::tasks]
impl choice_loop::Tasks for NoTasks {}

#[derive(Debug, Clone)]
struct Document {
    i: i64,
    n: i64,
}

/// One round; the optimizer does not get to see that there are others.
#[inline(never)]
async fn increment(document: Document) -> Document {
    std::hint::black_box(Document {
        i: document.i + 1,
        n: document.n,
    })
}

async fn structs() -> Document {
    let mut document = Document { i: 0, n: 1000 };
    loop {
        document = increment(document).await;
        if document.i >= document.n {
            return document;
        }
    }
}

#[inline(never)]
async fn increment_value(document: &serde_json::Value) -> Option<serde_json::Value> {
    let i = document.get("i")?.as_i64()?.checked_add(1)?;
    Some(json!({ "i": i, "n": document.get("n")? }))
}

async fn values() -> Option<serde_json::Value> {
    let mut document = json!({ "i": 0, "n": 1000 });
    loop {
        document = increment_value(&document).await?;
        if document.get("i")?.as_f64()? >= document.get("n")?.as_f64()? {
            return Some(document);
        }
    }
}

pub(super) fn workloads() -> Vec<Workload> {
    let machine = Arc::new(choice_loop::machine(NoTasks));
    vec![Workload {
        name: "choice_loop",
        variant: "",
        per: 1,
        wall: false,
        programs: vec![
            program(OURS, move || {
                let machine = Arc::clone(&machine);
                async move { machine.run::<_, Value>(&asl_runtime::json!({})).await.must() }
            }),
            program(STRUCTS, structs),
            program(VALUE, || async { values().await.ok_or("no numbers").must() }),
        ],
    }]
}
