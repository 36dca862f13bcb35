//! Buys or sells a stock by its price.

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Number, Text, Written};

include!(concat!(env!("OUT_DIR"), "/stocks.rs"));

#[derive(Serialize, Deserialize, Shape)]
struct Quote {
    stock_price: f64,
}

#[derive(Serialize, Shape)]
struct Transaction {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    price: String,
    qty: String,
    timestamp: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct PutItem {
    table_name: String,
    item: Record,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Record {
    id: Text,
    #[serde(rename = "Type")]
    kind: Text,
    price: Number,
    quantity: Number,
}

struct Broker {
    price: f64,
}

impl Broker {
    fn trade(kind: &'static str, quote: &Quote) -> Transaction {
        Transaction {
            id: "t-1".to_owned(),
            kind,
            price: quote.stock_price.to_string(),
            qty: "10".to_owned(),
            timestamp: "2026-01-01T00:00:00Z".to_owned(),
        }
    }
}

#[tasks]
impl stocks::Tasks for Broker {
    async fn check_stock_value(&self) -> Result<Quote, TaskError> {
        Ok(Quote {
            stock_price: self.price,
        })
    }

    async fn buy_stock(&self, quote: Quote) -> Result<Transaction, TaskError> {
        Ok(Self::trade("Buy", &quote))
    }

    async fn sell_stock(&self, quote: Quote) -> Result<Transaction, TaskError> {
        Ok(Self::trade("Sell", &quote))
    }

    async fn record_transaction(&self, put: PutItem) -> Result<Written, TaskError> {
        let Record {
            id,
            kind,
            price,
            quantity,
        } = put.item;
        let record = [put.table_name, id.text, kind.text, price.number, quantity.number].join(" ");
        if record == format!("${{DDBTable}} t-1 {} {} 10", self.side(), self.price) {
            Ok(Written {})
        } else {
            Err(TaskError::new("WrongRecord", record))
        }
    }
}

impl Broker {
    fn side(&self) -> &'static str {
        if self.price <= 50.0 { "Buy" } else { "Sell" }
    }
}

#[tokio::test]
async fn a_cheap_stock_is_bought_and_a_dear_one_sold() -> Result<(), ExecutionError> {
    for price in [12.0, 50.0, 51.5] {
        let output: Value = stocks::run(&Broker { price }, &json!({})).await?;
        assert_eq!(output, json!({}));
    }
    Ok(())
}
