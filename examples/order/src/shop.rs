//! The shop: the tasks of the workflow over an embedded database.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_runtime::{TaskError, tasks};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::order;
use crate::orders::Line;

/// A handle to the shop; clones share its database.
///
/// SQLite answers within microseconds, so tasks call it in place. A slow database belongs behind
/// `tokio::task::spawn_blocking` or an asynchronous client.
#[derive(Clone)]
pub struct Shop(Arc<Mutex<Connection>>);

/// What can go wrong. The names of the variants are the error names that the definition retries and catches.
#[derive(Debug, thiserror::Error, TaskError)]
pub enum ShopError {
    #[error("The bank does not answer.")]
    BankBusy,
    #[error("{0} takes no parcels today.")]
    CarrierDown(String),
    #[error("No carrier delivers to {0}.")]
    NoCarrier(String),
    #[error("The database failed: {0}.")]
    Database(#[from] rusqlite::Error),
}

#[derive(Deserialize)]
pub struct Charge {
    order: String,
    card: String,
    amount: i64,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum Payment {
    Approved,
    Declined { reason: String },
}

#[derive(Deserialize)]
pub struct Wanted {
    lines: Vec<Line>,
}

#[derive(Serialize)]
pub struct Reservation {
    available: bool,
    missing: Vec<String>,
}

#[derive(Deserialize)]
pub struct Delivery {
    order: String,
    address: String,
    country: String,
}

#[derive(Serialize)]
pub struct Shipment {
    carrier: String,
    parcel: String,
}

#[derive(Deserialize)]
pub struct Refund {
    order: String,
}

#[derive(Deserialize)]
pub struct Message {
    pub to: String,
    pub subject: String,
    pub text: String,
}

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self, charge: Charge) -> Result<Payment, ShopError> {
        let Charge { order, card, amount } = charge;
        let mut database = self.database();
        let database = database.transaction()?;
        let simulated = "SELECT declined, busy FROM cards WHERE card = ?";
        let simulated = database.query_row(simulated, [&card], |row| Ok((row.get(0)?, row.get(1)?)));
        let (declined, busy): (Option<String>, u32) = simulated.optional()?.unwrap_or_default();
        if busy > 0 {
            database.execute("UPDATE cards SET busy = busy - 1 WHERE card = ?", [&card])?;
            database.commit()?;
            return Err(ShopError::BankBusy);
        }
        let status = if declined.is_some() { "declined" } else { "charged" };
        database.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            params![order, card, amount, status],
        )?;
        database.commit()?;
        Ok(declined.map_or(Payment::Approved, |reason| Payment::Declined { reason }))
    }

    async fn reserve_inventory(&self, wanted: Wanted) -> Result<Reservation, ShopError> {
        let mut database = self.database();
        let database = database.transaction()?;
        let mut missing = Vec::new();
        for Line { shoe, quantity } in wanted.lines {
            let take = "UPDATE stock SET pairs = pairs - ?2 WHERE shoe = ?1 AND pairs >= ?2";
            if database.execute(take, params![shoe, quantity])? == 0 {
                missing.push(shoe);
            }
        }
        let available = missing.is_empty();
        if available {
            database.commit()?;
        }
        Ok(Reservation { available, missing })
    }

    async fn arrange_shipping(&self, delivery: Delivery) -> Result<Shipment, ShopError> {
        let Delivery {
            order,
            address,
            country,
        } = delivery;
        let database = self.database();
        let carrier = "SELECT name, up FROM carriers WHERE country = ?";
        let carrier = database.query_row(carrier, [&country], |row| Ok((row.get(0)?, row.get(1)?)));
        let (carrier, up): (String, bool) = carrier.optional()?.ok_or(ShopError::NoCarrier(country))?;
        if !up {
            return Err(ShopError::CarrierDown(carrier));
        }
        let parcel = format!("parcel-{order}");
        database.execute(
            "INSERT INTO shipments VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            params![order, carrier, parcel, address],
        )?;
        Ok(Shipment { carrier, parcel })
    }

    async fn send_confirmation(&self, message: Message) -> Result<(), ShopError> {
        self.send(message)
    }

    async fn return_payment(&self, refund: Refund) -> Result<(), ShopError> {
        self.refund(refund)
    }

    async fn refund_payment(&self, refund: Refund) -> Result<(), ShopError> {
        self.refund(refund)
    }

    async fn alert_support(&self, message: Message) -> Result<(), ShopError> {
        self.send(message)
    }
}

impl Shop {
    /// A shop as it is before the first order, in a file.
    pub fn open(file: &Path) -> rusqlite::Result<Self> {
        Self::fill(Connection::open(file)?)
    }

    /// The same in memory.
    #[cfg(test)]
    pub fn in_memory() -> rusqlite::Result<Self> {
        Self::fill(Connection::open_in_memory()?)
    }

    /// The price of a pair in cents, if the shop sells it.
    pub fn price(&self, shoe: &str) -> rusqlite::Result<Option<u32>> {
        let price = "SELECT price FROM stock WHERE shoe = ?";
        self.database()
            .query_row(price, [shoe], |row| row.get(0))
            .optional()
    }

    /// All shoes and how many pairs are left.
    pub fn stock(&self) -> rusqlite::Result<Vec<(String, u32)>> {
        let database = self.database();
        let mut stock = database.prepare("SELECT shoe, pairs FROM stock ORDER BY shoe")?;
        stock
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// What became of an order's payment.
    pub fn payment(&self, order: &str) -> rusqlite::Result<Option<String>> {
        let status = "SELECT status FROM payments WHERE order_id = ?";
        self.database()
            .query_row(status, [order], |row| row.get(0))
            .optional()
    }

    /// All messages sent.
    pub fn messages(&self) -> rusqlite::Result<Vec<Message>> {
        let database = self.database();
        let mut messages =
            database.prepare("SELECT recipient, subject, text FROM messages ORDER BY rowid")?;
        let message = |row: &rusqlite::Row<'_>| {
            Ok(Message {
                to: row.get(0)?,
                subject: row.get(1)?,
                text: row.get(2)?,
            })
        };
        messages.query_map([], message)?.collect()
    }

    fn send(&self, Message { to, subject, text }: Message) -> Result<(), ShopError> {
        let insert = "INSERT INTO messages VALUES (?, ?, ?)";
        self.database().execute(insert, params![to, subject, text])?;
        Ok(())
    }

    fn refund(&self, Refund { order }: Refund) -> Result<(), ShopError> {
        let refund = "UPDATE payments SET status = 'refunded' WHERE order_id = ? AND status = 'charged'";
        self.database().execute(refund, [order])?;
        Ok(())
    }

    fn fill(connection: Connection) -> rusqlite::Result<Self> {
        connection.busy_timeout(Duration::from_secs(60))?;
        connection.execute_batch(include_str!("shop.sql"))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
