//! Calls a service for each record, and sorts out what failed, in JSONata.

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/scatter.rs"));

#[derive(Serialize, Shape)]
struct Batch {
    records: Vec<Record>,
}

#[derive(Serialize, Deserialize, Shape)]
struct Record {
    id: u32,
}

/// What the service gives: what it knows, or what went wrong.
#[derive(Serialize, Shape)]
#[serde(untagged)]
enum Answer {
    Known {
        id: u32,
        name: String,
    },
    Failed {
        id: u32,
        #[serde(rename = "Error")]
        error: String,
    },
}

struct Service;

#[tasks(input = Batch)]
impl scatter::Tasks for Service {
    async fn call_api(&self, record: Record) -> Result<Answer, TaskError> {
        let id = record.id;
        Ok(if id.is_multiple_of(2) {
            Answer::Known {
                id,
                name: format!("record {id}"),
            }
        } else {
            Answer::Failed {
                id,
                error: "Odd".to_owned(),
            }
        })
    }
}

async fn gather(ids: &[u32]) -> Result<Value, ExecutionError> {
    let records = ids.iter().map(|&id| Record { id }).collect();
    scatter::run(&Service, &Batch { records }).await
}

#[tokio::test]
async fn what_failed_is_sorted_out() -> Result<(), ExecutionError> {
    let expected = json!({
        "successes": [{ "id": 2, "name": "record 2" }],
        "failures": [{ "id": 1, "Error": "Odd" }, { "id": 3, "Error": "Odd" }],
        "totalProcessed": 3,
    });
    assert_eq!(gather(&[1, 2, 3]).await?, expected);
    let failed = gather(&[1, 3]).await.err();
    assert_eq!(
        failed.as_ref().and_then(ExecutionError::error),
        Some("AllItemsFailed")
    );
    Ok(())
}
