//! The recorded code of distributed Map states runs.
#![allow(clippy::unwrap_used, reason = "a test")]

use asl_runtime::objects::MemoryObjects;
use asl_runtime::testing::{Mock, Test};
use asl_runtime::{EventType, TaskError, Value, json, tasks};

include!("../machines/distributed.rs");

const ROWS: &str = "a;1\nb;2\n\"c;d\";3\n";

fn input() -> Value {
    json!({
        "import": {"bucket": "data", "maxItems": "10", "bytes": 10_000, "tolerated": 1, "percentage": "5.5"},
        "orders": [[1, 2], [3]],
        "concurrency": 1
    })
}

fn test(objects: &MemoryObjects) -> Test {
    let packed = [1, 2, 3].map(|n| Mock::output(json!({ "packed": n })).when(json!(n)));
    Test::new(&distributed::MACHINE)
        .objects(objects.clone())
        .mock("Pack", packed)
}

#[test]
fn items_go_through_reader_selector_batcher_and_writer() {
    let objects = MemoryObjects::new().object("data", "rows.csv", ROWS);
    let run = test(&objects)
        .mock("Store", [Mock::echo()])
        .run(&input())
        .unwrap();
    let output = run.output().unwrap();
    let from = "S3://data/rows.csv";
    let batches = run.calls_of(distributed::State::Store);
    assert_eq!(
        batches[0],
        json!({
            "BatchInput": {"bucket": "data"},
            "Items": [
                {"index": 0, "from": from, "row": {"sku": "a", "count": "1"}},
                {"index": 1, "from": from, "row": {"sku": "b", "count": "2"}}
            ]
        })
    );
    assert_eq!(batches[1]["Items"][0]["row"], json!({"sku": "c;d", "count": "3"}));
    let manifest = output["written"]["ResultWriterDetails"]["Key"].as_str().unwrap();
    let written = manifest.replace("manifest.json", "SUCCEEDED_0.json");
    let lines = objects.content("data", &written).unwrap();
    assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 2);
    assert_eq!(output["sizes"][0], json!(lines.len()));
    assert_eq!(
        output["packed"],
        json!([[{"packed": 1}, {"packed": 2}], [{"packed": 3}]])
    );
    assert_eq!(run.map_runs.len(), 3);
    assert_eq!(run.map_runs[0].executions.total, 2);
}

#[test]
fn what_cannot_be_read_is_tried_again_and_caught() {
    let objects = MemoryObjects::new().bucket("data");
    let run = test(&objects).run(&input()).unwrap();
    assert_eq!(
        run.output().unwrap()["error"],
        json!({
            "Error": "States.ItemReaderFailed",
            "Cause": "The specified key does not exist: data/rows.csv"
        })
    );
    let failed = run.history.iter();
    let failed = failed.filter(|event| event.event_type == EventType::MapRunFailed);
    assert_eq!(failed.count(), 2);
}

struct Warehouse;

#[tasks]
impl distributed::Tasks for Warehouse {
    async fn store(&self, batch: Value) -> Result<Value, TaskError> {
        Ok(batch["Items"].clone())
    }

    async fn pack(&self, line: u32) -> Result<u32, TaskError> {
        Ok(line * 10)
    }
}

#[tokio::test]
async fn children_call_the_tasks_of_the_machine() {
    let objects = MemoryObjects::new().object("data", "rows.csv", ROWS);
    let machine = distributed::machine(Warehouse).with_objects(objects.clone());
    let output: Value = machine.run(&input()).await.unwrap();
    assert_eq!(output["packed"], json!([[10, 20], [30]]));
    let keys = objects.keys("data");
    let written = keys.iter().find(|key| key.contains("SUCCEEDED")).unwrap();
    let lines = String::from_utf8(objects.content("data", written).unwrap()).unwrap();
    // Flattened: one line an item, not one a batch.
    assert_eq!(lines.lines().count(), 3);
}
