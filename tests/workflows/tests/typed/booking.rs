//! Books an apartment, and takes the booking back when it is not paid within a minute.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Found, Text, Written};

include!(concat!(env!("OUT_DIR"), "/booking.rs"));

#[derive(Serialize, Shape)]
struct Booking {
    details: Details,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Details {
    account_id: String,
    booked_status: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct UpdateItem {
    key: Key,
    update_expression: String,
    condition_expression: Option<String>,
    expression_attribute_values: Values,
}

#[derive(Deserialize, Shape)]
struct Key {
    /// The workflow writes it in both ways.
    #[serde(rename = "Id", alias = "id")]
    id: Text,
}

#[derive(Deserialize, Shape)]
struct Values {
    #[serde(rename = ":bookedStatus")]
    booked_status: Text,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct GetItem {
    table_name: String,
    key: Key,
}

#[derive(Serialize, Shape)]
struct Apartment {
    #[serde(rename = "Id")]
    id: Text,
    #[serde(rename = "bookedStatus")]
    booked_status: Text,
}

struct Agency {
    paid: bool,
    log: Mutex<Vec<String>>,
}

impl Agency {
    fn update(&self, update: &UpdateItem) -> Result<Written, TaskError> {
        let status = &update.expression_attribute_values.booked_status.text;
        let condition = update.condition_expression.as_deref().unwrap_or("always");
        let line = format!(
            "{} {status} {condition} {}",
            update.key.id.text, update.update_expression
        );
        self.log
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the log"))?
            .push(line);
        Ok(Written {})
    }
}

#[tasks(input = Booking)]
impl booking::Tasks for Agency {
    async fn change_apartment_status(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }

    async fn get_booking_status(&self, get: GetItem) -> Result<Found<Apartment>, TaskError> {
        if get.table_name != "${DDBTable}" {
            return Err(TaskError::new("NoTable", get.table_name));
        }
        let item = Apartment {
            id: get.key.id,
            booked_status: Text::new(if self.paid { "Paid" } else { "Open" }),
        };
        Ok(Found { item })
    }

    async fn not_paid_revert_apartment_status(&self, update: UpdateItem) -> Result<Written, TaskError> {
        self.update(&update)
    }
}

async fn book(paid: bool) -> Result<(Value, Vec<String>), ExecutionError> {
    let agency = Agency {
        paid,
        log: Mutex::default(),
    };
    let details = Details {
        account_id: "1234567".to_owned(),
        booked_status: "BOOKED".to_owned(),
    };
    let output = booking::run(&agency, &Booking { details }).await?;
    Ok((output, agency.log.into_inner().unwrap_or_default()))
}

#[tokio::test(start_paused = true)]
async fn what_is_not_paid_is_reverted() -> Result<(), ExecutionError> {
    let booked = "1234567 BOOKED attribute_exists(Id) SET bookedStatus = :bookedStatus";
    let (output, log) = book(true).await?;
    assert_eq!(output["getItem"]["Item"]["bookedStatus"]["S"], "Paid");
    assert_eq!(log, [booked]);

    let (output, log) = book(false).await?;
    assert_eq!(output["notPaid"], json!({}));
    assert_eq!(
        log,
        [booked, "1234567 PENDING always SET bookedStatus = :bookedStatus"]
    );
    Ok(())
}
