//! The machines run.
#![allow(clippy::unwrap_used, reason = "a test")]

use renamed::{Greeter, built, greet, packaged};
use steps::{ExecutionError, Value, json};

async fn greeted(name: &str) -> Result<Value, ExecutionError> {
    greet::run(&Greeter { prefix: "Hello" }, &json!({ "name": name })).await
}

#[tokio::test]
async fn typed_tasks() {
    assert_eq!(
        greeted("Ann").await.unwrap(),
        json!({ "name": "Hello Ann", "count": 9 })
    );
}

#[tokio::test]
async fn derived_errors_have_names_and_causes() {
    let caught = greeted("Bartholomew").await.unwrap();
    assert_eq!(
        caught.get("error"),
        Some(&json!({ "Error": "Too.Long", "Cause": "too long by 6" }))
    );
    let failed = greeted("").await.unwrap_err();
    assert_eq!(
        (failed.error(), failed.cause()),
        (Some("NoName"), Some("there is no name"))
    );
}

#[tokio::test]
async fn other_ways_to_a_machine() {
    let shouted: String = built::run(&Greeter { prefix: 5 }, "any input").await.unwrap();
    assert_eq!(shouted, "5!");
    assert_eq!(packaged().await.unwrap(), "Shout!");
    let machine = greet::machine(Greeter { prefix: 'x' });
    let output: Value = machine.run(&json!({ "name": "y" })).await.unwrap();
    assert_eq!(output, json!({ "name": "x y", "count": 3 }));
}
