//! Lists executions page by page.

use std::sync::atomic::{AtomicU32, Ordering};

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct ListExecutions {
    state_machine_arn: String,
    status_filter: Status,
    next_token: Option<String>,
}

#[derive(Deserialize, Shape, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Running,
    Succeeded,
    Failed,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Page {
    executions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Knows three pages.
#[derive(Default)]
struct Lister {
    calls: AtomicU32,
}

impl Lister {
    fn page(&self, request: &ListExecutions) -> Result<Page, TaskError> {
        if !request.state_machine_arn.ends_with(":pages") || request.status_filter != Status::Succeeded {
            return Err(TaskError::new("WrongRequest", "another machine or status"));
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        let number = request.next_token.as_deref().unwrap_or("1");
        let next_token = match number {
            "1" => Some("2".to_owned()),
            "2" => Some("3".to_owned()),
            _ => None,
        };
        Ok(Page {
            executions: vec![format!("execution {number}")],
            next_token,
        })
    }
}

#[tasks]
impl pages::Tasks for Lister {
    async fn list_executions(&self, request: ListExecutions) -> Result<Page, TaskError> {
        self.page(&request)
    }

    async fn list_executions_next_page(&self, request: ListExecutions) -> Result<Page, TaskError> {
        self.page(&request)
    }
}

#[tokio::test]
async fn every_page_is_asked_for_once() -> Result<(), ExecutionError> {
    let lister = Lister::default();
    let output: Value = pages::run(&lister, &json!({ "for": "a report" })).await?;
    assert_eq!(
        output,
        json!({ "for": "a report", "executions": { "Executions": ["execution 3"] } })
    );
    assert_eq!(lister.calls.into_inner(), 3);
    Ok(())
}
