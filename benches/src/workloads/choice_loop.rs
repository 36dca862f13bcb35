//! A thousand rounds of `States.MathAdd` and a Choice; the same in JSONata, with variables.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use serde_json::json;

use super::{Must, Program, Workload, program};
use crate::report::{JSONPATH, OURS, STRUCTS, VALUE};

asl!("../../workloads/choice_loop.asl.json");
asl!("../../workloads/choice_loop_jsonata.asl.json");

struct NoTasks;
#[asl_runtime::tasks]
impl choice_loop::Tasks for NoTasks {}
#[asl_runtime::tasks]
impl choice_loop_jsonata::Tasks for NoTasks {}

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
    vec![
        workload("JSONPath", vec![paths(OURS)]),
        workload("JSONata", vec![jsonata(), paths(JSONPATH)]),
    ]
}

/// The machine in one of the two languages, beside what is written by hand.
fn workload(variant: &'static str, mut programs: Vec<Program>) -> Workload {
    programs.push(program(STRUCTS, structs));
    programs.push(program(VALUE, || async {
        values().await.ok_or("no numbers").must()
    }));
    Workload::new("choice_loop", variant, programs)
}

fn paths(name: &'static str) -> Program {
    let machine = Arc::new(choice_loop::machine(NoTasks));
    program(name, move || {
        let machine = Arc::clone(&machine);
        async move { machine.run::<_, Value>(&asl_runtime::json!({})).await.must() }
    })
}

fn jsonata() -> Program {
    let machine = Arc::new(choice_loop_jsonata::machine(NoTasks));
    program(OURS, move || {
        let machine = Arc::clone(&machine);
        async move { machine.run::<_, Value>(&asl_runtime::json!({})).await.must() }
    })
}
