//! The smallest whole workflow: one typed task, one choice.

use asl_runtime::{TaskContext, TaskError, asl, json, tasks};
use serde::{Deserialize, Serialize};

asl!("hello.asl.json"); // generates `mod hello`: the states, a trait with the tasks, `run`

#[derive(Deserialize)]
struct Visitor {
    name: String,
}

#[derive(Serialize)]
struct Greeting {
    text: String,
    attempt: u32,
}

struct Host;

#[tasks]
impl hello::Tasks for Host {
    async fn greet(&self, visitor: Visitor, cx: &TaskContext) -> Result<Greeting, TaskError> {
        if cx.attempt() == 1 {
            return Err(TaskError::new("NotAwake", "the host is not awake yet")); // retried after a second
        }
        Ok(Greeting {
            text: format!("Hello {}!", visitor.name),
            attempt: cx.attempt(),
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), asl_runtime::ExecutionError> {
    let input = json!({ "visitor": { "name": "Ada", "visits": 12 } });
    let output: serde_json::Value = hello::run(&Host, &input).await?;
    println!("{output:#}");
    Ok(())
}
