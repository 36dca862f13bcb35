//! What the tests start from.

use crate::{
    Timestamp, Value,
    jsonata::{Data, Environment, Eval},
};

/// An evaluation without anything around it.
pub struct Nothing;

impl Environment for Nothing {
    fn root(&self) -> Option<&Value> {
        None
    }
    fn variable(&self, _: usize) -> Option<&Value> {
        None
    }
    fn input(&self) -> Option<&Value> {
        None
    }
    fn result(&self) -> Option<&Value> {
        None
    }
    fn error_output(&self) -> Option<&Value> {
        None
    }
    fn context(&self) -> Value {
        Value::Null
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }
    fn random(&self) -> u64 {
        0
    }
}

/// The JSON as compact text; `undefined`, `function`.
pub fn print(data: Data) -> String {
    match data.into_value() {
        Ok(value) => value.to_json(),
        Err(why) => format!("{why:?}").to_lowercase(),
    }
}

/// What went wrong.
pub fn error(result: Eval) -> String {
    match result {
        Ok(data) => format!("no error, but {}", print(data)),
        Err(error) => error.to_string(),
    }
}
