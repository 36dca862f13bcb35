//! Names that nothing defines and expressions that only fail, where that is allowed: evaluating them fails, as in the
//! service.

use asl_runtime::{ExecutionError, asl, tasks};

asl!(mod guess = "allowed.asl.json", allow(unknown_names, failing_expressions));

struct Nothing;

#[tasks]
impl guess::Tasks for Nothing {}

#[tokio::test]
async fn fails_when_it_is_evaluated() {
    let failed: Result<asl_runtime::Value, ExecutionError> = guess::run(&Nothing, "x").await;
    let error = failed.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("States.QueryEvaluationError"), "{text}");
    assert!(
        text.contains("field 'Output' returned nothing (undefined).false T2002: "),
        "{text}"
    );
}
