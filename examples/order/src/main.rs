//! An online shoe shop. The workflow is in `order.asl.json`, its tasks in `shop.rs`, its tests in `tests.rs`.
//!
//! ```text
//! cargo run -p order                    runs the orders of orders.json
//! cargo run -p order -- my-orders.json  runs your own
//! cargo run -p order -- --plain         leaves out the durations, so that the output is always the same
//! ```
//!
//! Every run starts with the stock of `shop.sql`, in a database beside the program: `target/debug/order.db`.

mod orders;
mod progress;
mod report;
mod shop;
#[cfg(test)]
mod tests;

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use asl_runtime::asl;

use progress::Progress;
use report::Done;
use shop::Shop;

asl!("order.asl.json");

const USAGE: &str = "usage: order [--plain] [my-orders.json]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Arguments { file, plain } = arguments()?;
    let database = env::current_exe()?.with_file_name("order.db");
    let shop = Shop::open(&database).map_err(|error| format!("{}: {error}", database.display()))?;
    let orders = orders::read(&file, &shop)?;

    let machine = order::machine(shop.clone());
    let mut done = Vec::new();
    for order in orders {
        let execution = machine.execution().name(&order.id);
        let result = execution
            .observer(Progress::new(&order.id, plain))
            .run(&order)
            .await;
        done.push(Done { order, result });
    }
    report::print(&done, &shop)?;
    Ok(())
}

struct Arguments {
    file: PathBuf,
    plain: bool,
}

fn arguments() -> Result<Arguments, String> {
    let (mut file, mut plain) = (None, false);
    for argument in env::args_os().skip(1) {
        if argument == "--plain" {
            plain = true;
        } else if argument.to_string_lossy().starts_with('-') || file.is_some() {
            return Err(format!("unexpected argument {}\n{USAGE}", argument.display()));
        } else {
            file = Some(PathBuf::from(argument));
        }
    }
    let file = file.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("orders.json"));
    Ok(Arguments { file, plain })
}
