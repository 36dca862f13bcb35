//! Asks a person, who answers by the task's token.

use asl_runtime::{ExecutionError, Shape, TaskContext, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/approval.rs"));

#[derive(Serialize, Deserialize, Shape)]
struct Request {
    what: String,
}

#[derive(Deserialize, Shape)]
struct Mail {
    execution: String,
    #[serde(rename = "taskToken")]
    token: String,
    input: Request,
}

#[derive(Deserialize, Shape)]
struct Decided {
    input: Outcome,
    result: Decision,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    what: String,
    /// What the person answered.
    approval_status: Value,
}

#[derive(Deserialize, Shape, Debug, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Approved,
    Rejected,
    Failure,
}

#[derive(Serialize, Shape)]
struct Report {
    text: String,
}

/// Answers at once with this.
struct Approver(Value);

impl Approver {
    fn report(&self, decided: Decided, expected: &Decision) -> Result<Report, TaskError> {
        if decided.result != *expected || decided.input.approval_status != self.0 {
            return Err(TaskError::new("WrongDecision", format!("{:?}", decided.result)));
        }
        Ok(Report {
            text: format!("{}: {:?}", decided.input.what, decided.result),
        })
    }
}

#[tasks(input = Request)]
impl approval::Tasks for Approver {
    async fn notify_approver(&self, mail: Mail, cx: &TaskContext) -> Result<(), TaskError> {
        if mail.execution != cx.execution().id()
            || cx.token() != Some(&mail.token)
            || mail.input.what != "leave"
        {
            return Err(TaskError::new("WrongMail", mail.input.what));
        }
        Ok(cx.callback().success(&self.0)?)
    }

    async fn handle_failure(&self, decided: Decided) -> Result<Report, TaskError> {
        self.report(decided, &Decision::Failure)
    }

    async fn handle_rejection(&self, decided: Decided) -> Result<Report, TaskError> {
        self.report(decided, &Decision::Rejected)
    }

    async fn handle_approval(&self, decided: Decided) -> Result<Report, TaskError> {
        self.report(decided, &Decision::Approved)
    }
}

#[tokio::test(start_paused = true)]
async fn the_answer_decides() -> Result<(), ExecutionError> {
    for (answer, text) in [
        (json!({ "result": true }), "leave: Approved"),
        (json!({ "result": false }), "leave: Rejected"),
        (json!({ "out": "of office" }), "leave: Failure"),
    ] {
        let request = Request {
            what: "leave".to_owned(),
        };
        let output: Value = approval::run(&Approver(answer), &request).await?;
        assert_eq!(output["Payload"]["text"], text);
    }
    Ok(())
}
