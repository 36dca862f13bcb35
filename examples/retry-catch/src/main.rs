//! Retry and Catch: a forecast is fetched from a service that is not always there.
//!
//! Shows error names made by `#[derive(TaskError)]`, retriers with back-off, a time limit, and catchers. The clock is
//! tokio's paused one: pauses are as long as on AWS, but nobody waits for them. `cargo run -p retry-catch`

use std::future;

use asl_runtime::{TaskContext, TaskError, asl, json, tasks};
use serde::Deserialize;
use tokio::time::Instant;

asl!("forecast.asl.json");

/// The variants are the names that `ErrorEquals` matches; `Feed.Overloaded` is no identifier, so it is spelled out.
#[derive(Debug, TaskError)]
enum FeedError {
    #[asl(cause = "there is no town of that name")]
    NoSuchTown,
    #[asl(name = "Feed.Overloaded", cause = "too many requests")]
    Overloaded,
}

#[derive(Deserialize)]
struct Request {
    town: String,
}

struct Feed {
    start: Instant,
}

#[tasks]
impl forecast::Tasks for Feed {
    async fn fetch(&self, request: Request, context: &TaskContext) -> Result<&'static str, FeedError> {
        let attempt = context.attempt();
        println!(
            "  {:>4.1} s: attempt {attempt}",
            self.start.elapsed().as_secs_f64()
        );
        match request.town.as_str() {
            "Oslo" if attempt < 4 => Err(FeedError::Overloaded),
            "Oslo" => Ok("snow"),
            "Rome" => Err(FeedError::Overloaded),
            "Lima" => future::pending().await,
            _ => Err(FeedError::NoSuchTown),
        }
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for (town, what) in [
        ("Oslo", "overloaded at first"),
        ("Rome", "overloaded all day"),
        ("Lima", "never answers"),
        ("Oz", "unknown"),
    ] {
        println!("{town} ({what})");
        let feed = Feed {
            start: Instant::now(),
        };
        let forecast: Result<String, _> = forecast::run(&feed, &json!({ "town": town })).await;
        let elapsed = feed.start.elapsed().as_secs_f64();
        match forecast {
            Ok(forecast) => println!("  {elapsed:>4.1} s: {forecast}"),
            Err(error) => println!("  {elapsed:>4.1} s: {error}"),
        }
    }
}
