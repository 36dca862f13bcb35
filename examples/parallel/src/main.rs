//! Parallel: three carriers are asked at once what a parcel costs.
//!
//! Shows that branches run at the same time but their results come in the order of the definition, and that a
//! branch which catches its own error leaves the others alone. `cargo run -p parallel`

use std::time::Duration;

use asl_runtime::{ExecutionError, TaskError, asl, json, tasks};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

asl!("quotes.asl.json");

#[derive(Deserialize)]
struct Parcel {
    kilos: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Offer {
    carrier: String,
    price: u32,
}

#[derive(Deserialize)]
struct Refusal {
    carrier: String,
    refused: String,
}

/// What the machine gives.
#[derive(Deserialize)]
struct Quotes {
    offers: Vec<Offer>,
    refusals: Vec<Refusal>,
    best: Offer,
}

struct Carriers;

#[tasks]
impl quotes::Tasks for Carriers {
    async fn ask_royal_parcel(&self, parcel: Parcel) -> Result<Offer, TaskError> {
        Ok(answer("Royal Parcel", 300, 9 + 2 * parcel.kilos).await)
    }

    async fn ask_pony_express(&self, parcel: Parcel) -> Result<Offer, TaskError> {
        Ok(answer("Pony Express", 100, 20 + parcel.kilos).await)
    }

    async fn ask_bike_courier(&self, parcel: Parcel) -> Result<Offer, TaskError> {
        if parcel.kilos > 10 {
            return Err(TaskError::new(
                "TooHeavy",
                format!("{} kg are too heavy for a bike", parcel.kilos),
            ));
        }
        Ok(answer("Bike Courier", 200, 12).await)
    }

    async fn choose(&self, offers: Vec<Offer>) -> Result<Offer, TaskError> {
        let cheapest = offers.into_iter().min_by_key(|offer| offer.price);
        cheapest.ok_or_else(|| TaskError::new("NoOffer", "no carrier takes the parcel"))
    }
}

/// An answer that takes its time.
async fn answer(carrier: &str, milliseconds: u64, price: u32) -> Offer {
    sleep(Duration::from_millis(milliseconds)).await;
    println!("  {carrier} answers");
    Offer {
        carrier: carrier.to_owned(),
        price,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ExecutionError> {
    for kilos in [5, 40] {
        println!("a parcel of {kilos} kg");
        let quotes: Quotes = quotes::run(&Carriers, &json!({ "kilos": kilos })).await?;
        for Offer { carrier, price } in quotes.offers {
            println!("  offer: {carrier}, {price} euros");
        }
        for Refusal { carrier, refused } in quotes.refusals {
            println!("  refusal: {carrier}, {refused}");
        }
        println!("  best: {}", quotes.best.carrier);
    }
    Ok(())
}
