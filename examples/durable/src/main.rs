//! Orders as durable executions: they survive `kill -9`, wait for a manager's approval and for the time to cancel, and
//! can be listed, stopped and redriven.
//!
//! ```text
//! cargo run -p durable                                   a demonstration, with a process that is killed
//! cargo run -p durable -- start NAME [ARTICLE] [TOTAL]   starts an order
//! cargo run -p durable -- run                            goes on with what there is
//! cargo run -p durable -- list
//! cargo run -p durable -- show NAME                      its history as a table
//! cargo run -p durable -- approve NAME
//! cargo run -p durable -- stop NAME
//! cargo run -p durable -- redrive NAME
//! ```
//!
//! Each command opens `orders.db` in the present folder (`ORDERS_DB` names another file), does its work, and stays until
//! no order can go on without a person. Kill it whenever you like.

mod demo;
mod shop;
mod table;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use asl_runtime::durable::{Engine, Execution, List, Status};
use asl_runtime::{asl, json};
use tokio::time::sleep;

use shop::Shop;

asl!("../order.asl.json");

const USAGE: &str = "usage: durable [start NAME [ARTICLE] [TOTAL] | run | list | show NAME | approve NAME | stop NAME \
    | redrive NAME]";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match command().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn command() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.is_empty() {
        return demo::run();
    }
    let file = env::var_os("ORDERS_DB").unwrap_or_else(|| "orders.db".into());
    let machine = order::machine(Shop::beside(file.as_ref()));
    let engine = Engine::builder().machine(machine).open(&file).await?;
    match arguments[..] {
        ["start", name] => start(&engine, name, "boots", "120").await?,
        ["start", name, article] => start(&engine, name, article, "120").await?,
        ["start", name, article, total] => start(&engine, name, article, total).await?,
        ["run"] => {}
        ["list"] => return table::list(&engine).await,
        ["show", name] => return table::history(&engine.execution("order", name).await?).await,
        ["approve", name] => approve(&engine, name).await?,
        ["stop", name] => {
            let order = engine.execution("order", name).await?;
            order
                .stop(Some("Cancelled"), Some("the customer changed her mind"))
                .await?;
        }
        ["redrive", name] => {
            engine.execution("order", name).await?.redrive().await?;
        }
        _ => return Err(USAGE.into()),
    }
    go_on(&engine).await?;
    table::list(&engine).await?;
    engine.close().await;
    Ok(())
}

/// Starts an order. To do so twice is no mistake: it is the same order.
async fn start(engine: &Engine, name: &str, article: &str, total: &str) -> Result<()> {
    let total: f64 = total
        .parse()
        .map_err(|_| format!("the total must be a number\n{USAGE}"))?;
    let order = json!({ "article": article, "total": total, "secondsToCancel": 2 });
    engine.start("order", name, &order).await?;
    Ok(())
}

/// Answers the task that waits for the manager.
async fn approve(engine: &Engine, name: &str) -> Result<()> {
    let order = engine.execution("order", name).await?;
    let mut waiting = order.waiting().await?.into_iter();
    let token = waiting.find_map(|waiting| waiting.token);
    let token = token.ok_or_else(|| format!("{name} waits for no approval"))?;
    engine
        .send_task_success(&token, &json!({ "by": "the manager" }))
        .await?;
    Ok(())
}

/// Waits until nothing goes on without a person.
async fn go_on(engine: &Engine) -> Result<()> {
    while goes_on(engine).await? {
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn goes_on(engine: &Engine) -> Result<bool> {
    let running = engine
        .list(List::of("order").with_status(Status::Running))
        .await?;
    for listed in running.executions {
        let order = engine.execution_by_arn(&listed.arn).await?;
        if !waits_for_a_person(&order).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn waits_for_a_person(order: &Execution) -> Result<bool> {
    let waiting = order.waiting().await?;
    Ok(waiting.iter().any(|waiting| waiting.token.is_some()))
}
