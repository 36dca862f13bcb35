//! A Map over a thousand items, with a Pass that calls intrinsic functions in it; the same in JSONata.

use std::sync::Arc;

use asl_runtime::{Value, asl};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Must, Program, Workload, program};
use crate::report::{JSONPATH, OURS, STRUCTS, VALUE};

asl!("../../workloads/map1000.asl.json");
asl!("../../workloads/map1000_jsonata.asl.json");

const INPUT: &str = include_str!("../../workloads/map1000.input.json");

struct NoTasks;
#[asl_runtime::tasks]
impl map1000::Tasks for NoTasks {}
#[asl_runtime::tasks]
impl map1000_jsonata::Tasks for NoTasks {}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Document {
    items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    id: i64,
    qty: i64,
    price: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Labelled {
    id: i64,
    label: String,
    next: i64,
}

async fn label(item: &Item) -> Labelled {
    Labelled {
        id: item.id,
        label: format!("item-{}", item.id),
        next: item.qty + 1,
    }
}

async fn structs(document: &Document) -> Vec<Labelled> {
    let mut labelled = Vec::with_capacity(document.items.len());
    for item in &document.items {
        labelled.push(label(item).await);
    }
    labelled
}

/// What is missing or no number fails the execution, as it does in the compiled machine.
async fn label_value(item: &serde_json::Value) -> Option<serde_json::Value> {
    let (id, qty) = (item.get("id")?, item.get("qty")?.as_i64()?);
    Some(json!({ "id": id, "label": format!("item-{id}"), "next": qty.checked_add(1)? }))
}

async fn values(document: &serde_json::Value) -> Option<serde_json::Value> {
    let items = document.get("items")?.as_array()?;
    let mut labelled = Vec::with_capacity(items.len());
    for item in items {
        labelled.push(label_value(item).await?);
    }
    Some(serde_json::Value::Array(labelled))
}

pub(super) fn workloads() -> Vec<Workload> {
    vec![
        workload("JSONPath", vec![paths(OURS)]),
        workload("JSONata", vec![jsonata(), paths(JSONPATH)]),
    ]
}

/// The machine in one of the two languages, beside what is written by hand.
fn workload(variant: &'static str, mut programs: Vec<Program>) -> Workload {
    let document: Arc<Document> = Arc::new(serde_json::from_str(INPUT).must());
    let json: Arc<serde_json::Value> = Arc::new(serde_json::from_str(INPUT).must());
    programs.push(program(STRUCTS, move || {
        let document = Arc::clone(&document);
        async move { structs(&document).await }
    }));
    programs.push(program(VALUE, move || {
        let json = Arc::clone(&json);
        async move { values(&json).await.ok_or("no items").must() }
    }));
    Workload::new("map1000", variant, programs)
}

fn paths(name: &'static str) -> Program {
    let machine = Arc::new(map1000::machine(NoTasks));
    let input: Value = INPUT.parse().must();
    program(name, move || {
        let (machine, input) = (Arc::clone(&machine), input.clone());
        async move { machine.run::<_, Value>(&input).await.must() }
    })
}

fn jsonata() -> Program {
    let machine = Arc::new(map1000_jsonata::machine(NoTasks));
    let input: Value = INPUT.parse().must();
    program(OURS, move || {
        let (machine, input) = (Arc::clone(&machine), input.clone());
        async move { machine.run::<_, Value>(&input).await.must() }
    })
}
