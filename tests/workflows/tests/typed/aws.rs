//! Types of AWS services that several workflows call.

use asl_runtime::Shape;
use serde::{Deserialize, Serialize};

/// A string attribute of DynamoDB.
#[derive(Debug, Clone, Serialize, Deserialize, Shape)]
pub struct Text {
    #[serde(rename = "S")]
    pub text: String,
}

impl Text {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }
}

/// A flag of DynamoDB.
#[derive(Debug, Clone, Serialize, Deserialize, Shape)]
pub struct Flag {
    #[serde(rename = "BOOL")]
    pub flag: bool,
}

/// A number of DynamoDB, which is written as a string.
#[derive(Debug, Clone, Serialize, Deserialize, Shape)]
pub struct Number {
    #[serde(rename = "N")]
    pub number: String,
}

/// What putting and updating items answers when nothing is asked for.
#[derive(Debug, Serialize, Shape)]
pub struct Written {}

/// What DynamoDB knows under a key.
#[derive(Debug, Serialize, Shape)]
pub struct Found<T> {
    #[serde(rename = "Item")]
    pub item: T,
}

/// Events for EventBridge.
#[derive(Debug, Deserialize, Shape)]
pub struct PutEvents<D> {
    #[serde(rename = "Entries")]
    pub entries: Vec<Entry<D>>,
}

/// An event for EventBridge.
#[derive(Debug, Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
pub struct Entry<D> {
    pub detail: D,
    pub detail_type: String,
    pub source: String,
}

/// How many events EventBridge did not take.
#[derive(Debug, Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
pub struct EventsPut {
    pub failed_entry_count: u32,
}

/// A message for SNS.
#[derive(Debug, Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
pub struct Publish {
    pub topic_arn: String,
    pub message: String,
    pub subject: Option<String>,
}

/// What SNS and SQS answer.
#[derive(Debug, Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
pub struct Sent {
    pub message_id: String,
}
