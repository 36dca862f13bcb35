//! A variable may have the name of a function of JSONata.

use asl_runtime::{ExecutionError, asl, json, tasks};

asl!("hidden.asl.json");

struct Nothing;

#[tasks]
impl hidden::Tasks for Nothing {}

#[tokio::test]
async fn hides_it_once_it_is_assigned() {
    let sum: i64 = hidden::run(&Nothing, &json!([7, 8])).await.unwrap();
    assert_eq!(sum, 3);
    let failed: Result<i64, ExecutionError> = hidden::run(&Nothing, &json!([])).await;
    let text = failed.unwrap_err().to_string();
    assert!(
        text.contains("T1006: Attempted to invoke a non-function"),
        "{text}"
    );
}
