//! What the program prints, and the summary after the last order.

use std::io::{self, Write};
use std::process;

use asl_runtime::ExecutionError;

use crate::orders::{Order, Outcome};
use crate::shop::Shop;

/// An order and what became of it.
pub struct Done {
    pub order: Order,
    pub result: Result<Outcome, ExecutionError>,
}

/// Prints what became of the orders, what the shop has left and which messages it sent.
pub fn print(done: &[Done], shop: &Shop) -> rusqlite::Result<()> {
    let mut orders = vec![["order", "customer", "total", "payment", "what became of it"].map(str::to_owned)];
    for Done { order, result } in done {
        orders.push([
            order.id.clone(),
            order.customer.name.clone(),
            format!("{}.{:02}", order.total / 100, order.total % 100),
            shop.payment(&order.id)?.unwrap_or_else(|| "none".to_owned()),
            describe(result),
        ]);
    }
    line("");
    table(&orders);

    let mut stock = vec![["shoe", "pairs left"].map(str::to_owned)];
    stock.extend(
        shop.stock()?
            .into_iter()
            .map(|(shoe, pairs)| [shoe, pairs.to_string()]),
    );
    line("");
    table(&stock);

    let mut messages = vec![["message to", "subject", "text"].map(str::to_owned)];
    messages.extend(
        shop.messages()?
            .into_iter()
            .map(|message| [message.to, message.subject, message.text]),
    );
    line("");
    table(&messages);
    Ok(())
}

/// Prints a line. When nobody reads on, as after `| head`, the program ends, and without a panic.
pub fn line(text: &str) {
    if writeln!(io::stdout(), "{}", text.trim_end()).is_err() {
        process::exit(1);
    }
}

fn describe(result: &Result<Outcome, ExecutionError>) -> String {
    match result {
        Ok(Outcome::Confirmed { parcel }) => format!("confirmed, {parcel}"),
        Ok(Outcome::Declined { reason }) => format!("declined, {reason}"),
        Ok(Outcome::OutOfStock { missing }) => format!("out of stock: {}", missing.join(", ")),
        Err(error) if error.error() == Some("NeedsSupport") => {
            format!("support alerted: {}", error.cause().unwrap_or_default())
        }
        Err(error) => error.to_string(),
    }
}

fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    for row in rows {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        line(&cells.collect::<Vec<_>>().join("  "));
    }
}
