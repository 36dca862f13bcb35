//! Reads messages from a queue, and handles each in an iteration.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Publish, Sent, Text, Written};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// A list of messages, or a word that there are none.
#[derive(Clone, Serialize, Shape)]
#[serde(untagged)]
enum Read {
    Messages(Vec<Message>),
    None(Nothing),
}

#[derive(Clone, Serialize, Shape)]
enum Nothing {
    #[serde(rename = "No messages")]
    NoMessages,
}

#[derive(Clone, Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_id: String,
    body: String,
    receipt_handle: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct PutItem {
    table_name: String,
    return_consumed_capacity: String,
    item: Item,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Item {
    message_id: Text,
    body: Text,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    receipt_handle: String,
}

struct Worker {
    queue: Read,
    log: Mutex<Vec<String>>,
}

impl Worker {
    fn new(queue: Read) -> Self {
        Self {
            queue,
            log: Mutex::default(),
        }
    }

    fn log(&self, line: String) -> Result<(), TaskError> {
        let mut log = self
            .log
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the log"))?;
        log.push(line);
        Ok(())
    }
}

#[tasks]
impl messages::Tasks for Worker {
    async fn read_messages_from_sqs_queue(&self) -> Result<Read, TaskError> {
        Ok(self.queue.clone())
    }

    async fn write_message_to_dynamo_db(&self, put: PutItem) -> Result<Written, TaskError> {
        let Item { message_id, body } = put.item;
        let (table, capacity) = (put.table_name, put.return_consumed_capacity);
        self.log(format!("{table} {capacity} {} {}", message_id.text, body.text))?;
        Ok(Written {})
    }

    async fn remove_message_from_sqs_queue(&self, delete: Delete) -> Result<(), TaskError> {
        self.log(format!("delete {}", delete.receipt_handle))
    }

    async fn publish_message_to_sns_topic(&self, publish: Publish) -> Result<Sent, TaskError> {
        let subject = publish.subject.unwrap_or_default();
        self.log(format!("{} {subject} {}", publish.topic_arn, publish.message))?;
        Ok(Sent {
            message_id: format!("of {}", publish.message),
        })
    }
}

#[tokio::test]
async fn each_message_is_written_removed_and_published() -> Result<(), ExecutionError> {
    let message = |number: u32| Message {
        message_id: format!("m-{number}"),
        body: format!("hello {number}"),
        receipt_handle: format!("r-{number}"),
    };
    let worker = Worker::new(Read::Messages(vec![message(1), message(2)]));
    let output: Value = messages::run(&worker, &json!({})).await?;
    assert_eq!(
        output,
        json!([{ "MessageId": "of hello 1" }, { "MessageId": "of hello 2" }])
    );
    let mut log = worker.log.into_inner().unwrap_or_default();
    log.sort();
    assert_eq!(
        log,
        [
            "${DDBTableName} TOTAL m-1 hello 1",
            "${DDBTableName} TOTAL m-2 hello 2",
            "${SNSTopicArn} Message from Step Functions! hello 1",
            "${SNSTopicArn} Message from Step Functions! hello 2",
            "delete r-1",
            "delete r-2",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn no_messages_end_it() -> Result<(), ExecutionError> {
    let worker = Worker::new(Read::None(Nothing::NoMessages));
    let output: String = messages::run(&worker, &json!({})).await?;
    assert_eq!(output, "No messages");
    Ok(())
}
