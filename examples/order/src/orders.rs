//! The orders: what is in the file, and what the workflow starts with.

use std::collections::HashSet;
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use asl_runtime::Value;
use serde::{Deserialize, Serialize};

use crate::shop::Shop;

/// An order. The input of the workflow; in the file, all but the total.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an order")]
pub struct Order {
    pub id: String,
    pub customer: Customer,
    pub lines: Vec<Line>,
    pub card: String,
    /// In cents.
    #[serde(skip_deserializing)]
    pub total: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a customer")]
pub struct Customer {
    pub name: String,
    pub email: String,
    pub address: String,
    pub country: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a line of an order")]
pub struct Line {
    pub shoe: String,
    pub quantity: NonZeroU32,
}

/// How an order ends when nothing unexpected happens: the output of the workflow.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    Confirmed { parcel: String },
    Declined { reason: String },
    OutOfStock { missing: Vec<String> },
}

/// Reads a file of orders, or says what is wrong with which of them.
pub fn read(file: &Path, shop: &Shop) -> Result<Vec<Order>, String> {
    let text =
        fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    parse(&text, shop).map_err(|problem| format!("{}: {problem}", file.display()))
}

fn parse(text: &str, shop: &Shop) -> Result<Vec<Order>, String> {
    let document: Value = text.parse().map_err(|error| format!("not JSON: {error}"))?;
    let Some(orders) = document.as_array() else {
        return Err(format!(
            "expected an array of orders, found {}",
            document.kind_name()
        ));
    };
    if orders.is_empty() {
        return Err("there are no orders".to_owned());
    }
    let mut ids = HashSet::new();
    let order = |(index, value): (usize, &Value)| {
        let order = priced(value, shop).and_then(|order| match ids.insert(order.id.clone()) {
            true => Ok(order),
            false => Err("id: another order has the same".to_owned()),
        });
        order.map_err(|problem| match value.get("id").and_then(Value::as_str) {
            Some(id) => format!("order {} ({id}): {problem}", index + 1),
            None => format!("order {}: {problem}", index + 1),
        })
    };
    orders.iter().enumerate().map(order).collect()
}

fn priced(value: &Value, shop: &Shop) -> Result<Order, String> {
    let mut order: Order = value.decode().map_err(|error| error.to_string())?;
    if order.lines.is_empty() {
        return Err("lines: there are none".to_owned());
    }
    for (index, Line { shoe, quantity }) in order.lines.iter().enumerate() {
        let price = shop.price(shoe).map_err(|error| error.to_string())?;
        let price = price.ok_or_else(|| format!("lines[{index}].shoe: the shop has no \"{shoe}\""))?;
        let cost = u64::from(price) * u64::from(quantity.get());
        order.total = order.total.saturating_add(cost);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shop = Shop::in_memory().unwrap();
        assert_eq!(
            parse(text, &shop).map(|orders| orders.len()),
            Err(expected.to_owned())
        );
    }

    fn one(lines: &str) -> String {
        let customer =
            r#"{ "name": "Ada", "email": "ada@example.com", "address": "London", "country": "GB" }"#;
        format!(r#"{{ "id": "o-1", "customer": {customer}, "lines": {lines}, "card": "visa-1111" }}"#)
    }

    #[test]
    fn total() {
        let shop = Shop::in_memory().unwrap();
        let lines =
            r#"[{ "shoe": "city-boot-44", "quantity": 1 }, { "shoe": "wool-slipper-42", "quantity": 2 }]"#;
        let orders = parse(&format!("[{}]", one(lines)), &shop).unwrap();
        assert_eq!(orders[0].total, 18_900 + 2 * 3_950);
    }

    #[test]
    fn files_that_are_no_orders() {
        check("[{ \"id\": ]", "not JSON: expected value at line 1 column 10");
        check("{}", "expected an array of orders, found object");
        check("[]", "there are no orders");
        check("[7]", "order 1: invalid type: integer `7`, expected an order");
    }

    #[test]
    fn problems_name_order_and_field() {
        check(r#"[{ "id": "o-1" }]"#, "order 1 (o-1): missing field `customer`");
        check(
            &format!("[{}]", one("[]")),
            "order 1 (o-1): lines: there are none",
        );
        let moon = one(r#"[{ "shoe": "moon-boot", "quantity": 1 }]"#);
        check(
            &format!("[{moon}]"),
            "order 1 (o-1): lines[0].shoe: the shop has no \"moon-boot\"",
        );
        let two = one(r#"[{ "shoe": "city-boot-44", "quantity": "two" }]"#);
        check(
            &format!("[{two}]"),
            "order 1 (o-1): lines[0].quantity: invalid type: string \"two\", expected a nonzero u32",
        );
        let good = one(r#"[{ "shoe": "city-boot-44", "quantity": 1 }]"#);
        check(
            &format!("[{good}, {good}]"),
            "order 2 (o-1): id: another order has the same",
        );
    }
}
