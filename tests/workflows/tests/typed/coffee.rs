//! Orders at a coffee bar: the guest and the barista answer by token, or too late.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskContext, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{EventsPut, Flag, Found, Number, PutEvents, Text};

include!(concat!(env!("OUT_DIR"), "/coffee.rs"));

#[derive(Serialize, Shape)]
struct Ordered {
    detail: OrderDetail,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct OrderDetail {
    order_id: String,
    user_id: String,
    bucket: Bucket,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    event_id: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct GetItem {
    key: Key,
}

#[derive(Deserialize, Shape)]
struct Key {
    #[serde(rename = "PK")]
    key: Text,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Store {
    store_open: Flag,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct ListExecutions {
    max_results: u32,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Executions {
    executions: Vec<String>,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    #[serde(rename = "TaskToken")]
    token: String,
    order_id: String,
    order_number: Option<String>,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(rename = "Message")]
    message: String,
    user_id: String,
    cause: Option<String>,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct UpdateItem {
    key: Key,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Updated {
    attributes: Counter,
}

#[derive(Serialize, Shape)]
struct Counter {
    #[serde(rename = "IDvalue")]
    value: Number,
}

#[derive(Clone, Copy)]
struct Bar {
    open: bool,
    guest_answers: bool,
    barista_answers: bool,
}

struct Day {
    bar: Bar,
    log: Mutex<Vec<String>>,
}

impl Day {
    fn log(&self, line: String) -> Result<(), TaskError> {
        self.log
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the log"))?
            .push(line);
        Ok(())
    }

    fn wait(&self, put: PutEvents<Waiting>, answers: bool, cx: &TaskContext) -> Result<EventsPut, TaskError> {
        for entry in put.entries {
            let Waiting {
                token,
                order_id,
                order_number,
            } = entry.detail;
            if cx.token() != Some(&token) {
                return Err(TaskError::new("WrongToken", token));
            }
            self.log(format!(
                "{} {order_id} {}",
                entry.detail_type,
                order_number.unwrap_or_default()
            ))?;
        }
        if answers {
            cx.callback().success(&json!({ "answered": true }))?;
        }
        Ok(EventsPut {
            failed_entry_count: 0,
        })
    }

    fn emit(&self, put: PutEvents<Message>) -> Result<EventsPut, TaskError> {
        for entry in put.entries {
            let Message {
                message,
                user_id,
                cause,
            } = entry.detail;
            let said = !message.is_empty();
            self.log(format!(
                "{} {user_id} {said} {}",
                entry.detail_type,
                cause.unwrap_or_default()
            ))?;
        }
        Ok(EventsPut {
            failed_entry_count: 0,
        })
    }
}

#[tasks(input = Ordered)]
impl coffee::Tasks for Day {
    async fn dynamo_db_get_shop_status(&self, get: GetItem) -> Result<Found<Store>, TaskError> {
        self.log(get.key.key.text)?;
        let store_open = Flag { flag: self.bar.open };
        Ok(Found {
            item: Store { store_open },
        })
    }

    async fn list_executions(&self, request: ListExecutions) -> Result<Executions, TaskError> {
        self.log(format!("at most {}", request.max_results))?;
        Ok(Executions {
            executions: Vec::new(),
        })
    }

    async fn emit_workflow_started_tt(
        &self,
        put: PutEvents<Waiting>,
        cx: &TaskContext,
    ) -> Result<EventsPut, TaskError> {
        self.wait(put, self.bar.guest_answers, cx)
    }

    async fn emit_error_timeout(&self, put: PutEvents<Message>) -> Result<EventsPut, TaskError> {
        self.emit(put)
    }

    async fn generate_order_number(&self, update: UpdateItem) -> Result<Updated, TaskError> {
        self.log(update.key.key.text)?;
        let value = Number {
            number: "17".to_owned(),
        };
        Ok(Updated {
            attributes: Counter { value },
        })
    }

    async fn emit_awaiting_completion_tt(
        &self,
        put: PutEvents<Waiting>,
        cx: &TaskContext,
    ) -> Result<EventsPut, TaskError> {
        self.wait(put, self.bar.barista_answers, cx)
    }

    async fn event_bridge_put_events(&self, put: PutEvents<Message>) -> Result<EventsPut, TaskError> {
        self.emit(put)
    }

    async fn emit_order_finished(&self, put: PutEvents<Message>) -> Result<EventsPut, TaskError> {
        self.emit(put)
    }
}

/// An Express execution may take five minutes, as long as the guest has; the barista has a quarter of an hour.
async fn order(bar: Bar) -> Result<Vec<String>, ExecutionError> {
    let log = Mutex::default();
    let day = std::sync::Arc::new(Day { bar, log });
    let bucket = Bucket {
        event_id: "e-1".to_owned(),
    };
    let detail = OrderDetail {
        order_id: "o-1".to_owned(),
        user_id: "u-1".to_owned(),
        bucket,
    };
    let machine = coffee::shared_machine(std::sync::Arc::clone(&day)).with_timeout(None);
    let output: Value = machine.run(&Ordered { detail }).await?;
    assert_eq!(output, json!({ "FailedEntryCount": 0 }));
    let log = day.log.lock().map(|log| log.clone());
    Ok(log.unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn an_order_takes_all_the_ways() -> Result<(), ExecutionError> {
    let bar = Bar {
        open: true,
        guest_answers: true,
        barista_answers: true,
    };
    let started = ["config-e-1", "at most 100", "OrderProcessor.WorkflowStarted o-1 "];
    let numbered = ["orderID-e-1", "OrderProcessor.WaitingCompletion o-1 17"];
    let log = order(bar).await?;
    assert_eq!(log[..3], started);
    assert_eq!(log[3..5], numbered);
    assert_eq!(log[5..], ["OrderProcessor.orderFinished u-1 true "]);

    let log = order(Bar {
        barista_answers: false,
        ..bar
    })
    .await?;
    assert_eq!(
        log[5..],
        ["OrderProcessor.OrderTimeOut u-1 true Barista timedout"]
    );
    let log = order(Bar {
        guest_answers: false,
        ..bar
    })
    .await?;
    assert_eq!(
        log[3..],
        ["OrderProcessor.OrderTimeOut u-1 true Customer timedout"]
    );
    let log = order(Bar { open: false, ..bar }).await?;
    assert_eq!(log[1..], ["OrderProcessor.ShopUnavailable u-1 true "]);
    Ok(())
}
