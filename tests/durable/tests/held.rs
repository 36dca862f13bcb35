//! Values that documents hold as they are do in durable executions what their JSON does, also when it is read back.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use asl_runtime::durable::Engine;
use asl_runtime::{Held, HistoryEvent, Native, TaskError, asl, json, tasks};
use durable_tests::{TestStore, clock, events};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

asl!("../flows/held.asl.json");

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Native)]
struct Order {
    id: String,
    items: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Native)]
struct Charge {
    order: String,
    items: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Native)]
struct Receipt {
    order: String,
    amount: Option<f64>,
    items: Held<Vec<u8>>,
}

struct Shop {
    amount: f64,
}

#[tasks]
impl held::Tasks for Shop {
    async fn charge(&self, charge: Charge) -> Result<Receipt, TaskError> {
        let Charge { order, items } = charge;
        Ok(Receipt {
            order,
            amount: Some(self.amount),
            items: Held::new(items),
        })
    }

    async fn ship(&self, receipt: Held<Receipt>) -> Result<Held<Receipt>, TaskError> {
        Ok(receipt)
    }
}

/// Runs an order; in between, its engine goes away or does not.
async fn run(amount: f64, goes_away: bool) -> (Held<Receipt>, Vec<HistoryEvent>) {
    let (store, clock) = (TestStore::default(), clock());
    let open = async || {
        let builder = Engine::builder().machine(held::machine(Shop { amount }));
        builder
            .clock(clock.clone())
            .open_store(store.clone())
            .await
            .unwrap()
    };
    let mut engine = open().await;
    let order = Held::new(Order {
        id: "A1".to_owned(),
        items: vec![1, 2],
    });
    engine.start("held", "a", &order).await.unwrap();
    sleep(Duration::from_secs(1000)).await;
    if goes_away {
        engine.close().await;
        engine = open().await;
    }
    let execution = engine.execution("held", "a").await.unwrap();
    let receipt = execution.result().await.unwrap();
    (receipt, events(&execution).await)
}

#[tokio::test(start_paused = true)]
async fn what_is_read_back_is_what_was_held() {
    for amount in [9.5, f64::NAN] {
        let (undisturbed, history) = run(amount, false).await;
        let (read_back, same_history) = run(amount, true).await;
        assert_eq!(undisturbed, read_back);
        let expected = Receipt {
            order: "A1".to_owned(),
            amount: Some(amount).filter(|amount| !amount.is_nan()),
            items: Held::new(vec![1, 2]),
        };
        assert_eq!(*undisturbed, expected);
        let outputs = |history: &[HistoryEvent]| -> Vec<_> {
            let details = history
                .iter()
                .map(|event| (event.event_type, event.details.clone()));
            details.collect()
        };
        assert_eq!(outputs(&history), outputs(&same_history));
        assert_eq!(
            history.last().unwrap().details.output,
            Some(json!({ "order": "A1", "amount": expected.amount, "items": [1, 2] }))
        );
    }
}
