//! Detects the sentiment of a case, and records it beside.

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Text, Written};

include!(concat!(env!("OUT_DIR"), "/sentiment.rs"));

#[derive(Serialize, Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Case {
    case_id: String,
    message: String,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Detected {
    case_id: String,
    sentiment_response: Response,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Response {
    sentiment: Sentiment,
    sentiment_score: Score,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "UPPERCASE")]
enum Sentiment {
    Positive,
    Negative,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Score {
    positive: f64,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct PutItem {
    table_name: String,
    item: Record,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Record {
    case_id: Text,
    sentiment: Text,
    score: Text,
}

struct Analyst;

#[tasks(input = Case)]
impl sentiment::Tasks for Analyst {
    async fn detect_sentiment(&self, case: Case) -> Result<Detected, TaskError> {
        let (sentiment, positive) = if case.message.contains("thank") {
            (Sentiment::Positive, 0.75)
        } else {
            (Sentiment::Negative, 0.25)
        };
        let sentiment_response = Response {
            sentiment,
            sentiment_score: Score { positive },
        };
        Ok(Detected {
            case_id: case.case_id,
            sentiment_response,
        })
    }

    async fn record_transaction(&self, put: PutItem) -> Result<Written, TaskError> {
        let Record {
            case_id,
            sentiment,
            score,
        } = put.item;
        let record = [put.table_name, case_id.text, sentiment.text, score.text].join(" ");
        match record.as_str() {
            r#"sentiment-table c-1 POSITIVE {"Positive":0.75}"# => Ok(Written {}),
            r#"sentiment-table c-2 NEGATIVE {"Positive":0.25}"# => Ok(Written {}),
            _ => Err(TaskError::new("WrongRecord", record)),
        }
    }
}

#[tokio::test]
async fn both_branches_give_the_case() -> Result<(), ExecutionError> {
    for (id, message, word, positive) in [
        ("c-1", "thank you", "POSITIVE", 0.75),
        ("c-2", "never again", "NEGATIVE", 0.25),
    ] {
        let case = Case {
            case_id: id.to_owned(),
            message: message.to_owned(),
        };
        let output: Value = sentiment::run(&Analyst, &case).await?;
        let sentiment = json!({ "Sentiment": word, "SentimentScore": { "Positive": positive } });
        let plain = json!({ "caseId": id, "sentiment": sentiment.clone() });
        assert_eq!(output[0], plain);
        assert_eq!(
            output[1],
            json!({ "caseId": id, "sentiment": sentiment, "ddbPutResult": {} })
        );
    }
    Ok(())
}
