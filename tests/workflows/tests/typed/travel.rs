//! A journey as a saga: flight and car are cancelled, and the payment is given back, when a later step fails.

use std::sync::Mutex;

use asl_runtime::{ExecutionError, Shape, TaskError, Value, tasks};
use serde::{Deserialize, Serialize};

use crate::aws::{Publish, Sent};

include!(concat!(env!("OUT_DIR"), "/travel.rs"));

#[derive(Clone, Serialize, Deserialize, Shape)]
struct Journey {
    trip_id: String,
}

#[derive(Serialize, Deserialize, Shape)]
struct Reservation {
    number: u32,
}

/// What a function gives comes back in the service's envelope.
#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Enveloped {
    payload: Reservation,
}

#[derive(Deserialize, Shape)]
struct Paying {
    trip_id: String,
    #[serde(rename = "ReserveFlightResult")]
    flight: Enveloped,
    #[serde(rename = "ReserveCarRentalResult")]
    car: Enveloped,
}

#[derive(Serialize, Shape)]
struct Receipt {
    amount: f64,
}

/// Fails in this step, if any.
struct Agency {
    failing: &'static str,
    log: Mutex<Vec<&'static str>>,
}

impl Agency {
    fn step(&self, step: &'static str) -> Result<(), TaskError> {
        if step == self.failing {
            return Err(TaskError::new("Failed", step));
        }
        self.log
            .lock()
            .map_err(|_| TaskError::new("Poisoned", "the log"))?
            .push(step);
        Ok(())
    }
}

#[tasks(input = Journey)]
impl travel::Tasks for Agency {
    async fn reserve_flight(&self, _: Journey) -> Result<Reservation, TaskError> {
        self.step("flight").map(|()| Reservation { number: 1 })
    }

    async fn reserve_car_rental(&self, _: Journey) -> Result<Reservation, TaskError> {
        self.step("car").map(|()| Reservation { number: 2 })
    }

    async fn process_payment(&self, paying: Paying) -> Result<Receipt, TaskError> {
        if (paying.flight.payload.number, paying.car.payload.number) != (1, 2) {
            return Err(TaskError::new("WrongReservation", paying.trip_id));
        }
        self.step("payment").map(|()| Receipt { amount: 199.0 })
    }

    async fn confirm_flight(&self, _: Paying) -> Result<(), TaskError> {
        self.step("flight confirmed")
    }

    async fn confirm_car_rental(&self, _: Paying) -> Result<(), TaskError> {
        self.step("car confirmed")
    }

    async fn sending_sms_success(&self, publish: Publish) -> Result<Sent, TaskError> {
        Ok(Sent {
            message_id: publish.message,
        })
    }

    async fn refund_payment(&self, _: Journey) -> Result<(), TaskError> {
        self.step("refund")
    }

    async fn cancel_rental_reservation(&self, _: Journey) -> Result<(), TaskError> {
        self.step("no car")
    }

    async fn cancel_flight_reservation(&self, _: Journey) -> Result<(), TaskError> {
        self.step("no flight")
    }

    async fn sending_sms_failure(&self, publish: Publish) -> Result<Sent, TaskError> {
        Ok(Sent {
            message_id: publish.message,
        })
    }
}

async fn travel_with(failing: &'static str) -> (Result<Value, ExecutionError>, Vec<&'static str>) {
    let log = Mutex::default();
    let agency = Agency { failing, log };
    let journey = Journey {
        trip_id: "t-1".to_owned(),
    };
    let result = travel::run(&agency, &journey).await;
    (result, agency.log.into_inner().unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn what_was_reserved_is_cancelled() -> Result<(), ExecutionError> {
    let (output, log) = travel_with("").await;
    assert_eq!(output?["MessageId"], "Your Travel Reservation is Successful");
    assert_eq!(
        log,
        ["flight", "car", "payment", "flight confirmed", "car confirmed"]
    );

    let cancelled = ["no car", "no flight"];
    for (failing, done) in [
        ("flight", &["no flight"] as &[_]),
        ("car", &["flight", "no car", "no flight"]),
        ("payment", &["flight", "car", "refund", "no car", "no flight"]),
    ] {
        let (output, log) = travel_with(failing).await;
        let failed = output.err();
        assert_eq!(
            failed.as_ref().and_then(ExecutionError::error),
            Some("Job Failed")
        );
        assert_eq!(log, done, "{failing}");
    }
    let (_, log) = travel_with("car confirmed").await;
    assert_eq!(log[log.len() - 2..], cancelled);
    Ok(())
}
