//! What `list` and `show` print.

use asl_runtime::HistoryEvent;
use asl_runtime::durable::{Engine, Execution, HistoryQuery, List};

use super::Result;

/// All orders, the oldest first.
pub async fn list(engine: &Engine) -> Result<()> {
    let mut orders = engine.list(List::of("order")).await?.executions;
    orders.reverse();
    for listed in orders {
        let order = engine.execution_by_arn(&listed.arn).await?;
        let description = order.describe().await?;
        let mut told = Vec::new();
        for waiting in order.waiting().await? {
            told.push(match waiting.token {
                Some(_) => "waits for approval".to_owned(),
                None => "goes on".to_owned(),
            });
        }
        told.extend(description.held.map(|why| format!("held: {why}")));
        told.extend(description.error);
        if description.redrive_count > 0 {
            told.push(format!("redriven {} time(s)", description.redrive_count));
        }
        let line = format!(
            "{:<10} {:<10} {}",
            listed.name,
            listed.status.as_str(),
            told.join(", ")
        );
        println!("{}", line.trim_end());
    }
    Ok(())
}

/// An order's history.
pub async fn history(order: &Execution) -> Result<()> {
    let mut query = HistoryQuery::all();
    loop {
        let page = order.history(query).await?;
        for event in &page.events {
            println!("{}", line(event));
        }
        match page.next_token {
            Some(token) => query = HistoryQuery::all().after(&token)?,
            None => return Ok(()),
        }
    }
}

fn line(event: &HistoryEvent) -> String {
    let details = &event.details;
    let what = [
        details.state,
        details.resource,
        details.error.as_deref(),
        details.cause.as_deref(),
    ];
    let what: Vec<_> = what.into_iter().flatten().collect();
    let line = format!(
        "{:>3} {:<25} {}",
        event.id,
        event.event_type.as_str(),
        what.join(", ")
    );
    line.trim_end().to_owned()
}
