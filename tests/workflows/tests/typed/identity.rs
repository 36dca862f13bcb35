//! Opens an account: two checks side by side, and events about how it went.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{EventsPut, PutEvents};

include!(concat!(env!("OUT_DIR"), "/identity.rs"));

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Customer {
    customer_name: String,
    customer_address: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Checked {
    customer_name: String,
    customer_address: String,
    identity_checked: bool,
    agency_checked: bool,
}

#[derive(Default)]
struct Bus {
    events: Mutex<Vec<String>>,
}

impl Bus {
    fn put(&self, put: PutEvents<Value>) -> Result<EventsPut, TaskError> {
        let mut events = self
            .events
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the bus"))?;
        events.extend(put.entries.into_iter().map(|entry| entry.detail_type));
        Ok(EventsPut {
            failed_entry_count: 0,
        })
    }
}

#[tasks(input = Customer)]
impl identity::Tasks for Bus {
    /// Does not take what was not checked.
    async fn identity_check_completed(&self, put: PutEvents<Checked>) -> Result<EventsPut, TaskError> {
        let mut events = self
            .events
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the bus"))?;
        let mut checked = put.entries.iter();
        let all = checked.all(|entry| entry.detail.identity_checked && entry.detail.agency_checked);
        for entry in &put.entries {
            let Checked {
                customer_name,
                customer_address,
                ..
            } = &entry.detail;
            events.push(format!(
                "{} from {}: {customer_name}, {customer_address}",
                entry.detail_type, entry.source
            ));
        }
        Ok(EventsPut {
            failed_entry_count: u32::from(!all),
        })
    }

    async fn new_account_approved(&self, put: PutEvents<Value>) -> Result<EventsPut, TaskError> {
        self.put(put)
    }

    async fn new_account_declined(&self, put: PutEvents<Value>) -> Result<EventsPut, TaskError> {
        self.put(put)
    }
}

#[tokio::test]
async fn an_account_is_approved_when_both_checks_passed() -> Result<(), ExecutionError> {
    let bus = Bus::default();
    let customer = Customer {
        customer_name: "Ada".to_owned(),
        customer_address: "London".to_owned(),
    };
    let output: Value = identity::run(&bus, &customer).await?;
    assert_eq!(output, json!({ "FailedEntryCount": 0 }));
    assert_eq!(
        bus.events.into_inner().unwrap_or_default(),
        [
            "Identity check completed from com.aws.kyc: Ada, London",
            "New account approved"
        ]
    );
    Ok(())
}
