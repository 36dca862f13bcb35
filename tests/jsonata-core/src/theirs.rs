//! The side of `jsonata-core`.

use jsonata_core::{Expression, value::JValue};

use crate::outcome::{Json, Outcome};

/// Evaluates an expression with a JSON text as its input.
pub fn evaluate(expression: &str, document: &str) -> Outcome {
    let expression = match Expression::compile(expression) {
        Ok(expression) => expression,
        Err(error) => return Outcome::Error(format!("not parsed: {error}")),
    };
    let document = match JValue::from_json_str(document) {
        Ok(document) => document,
        Err(error) => return Outcome::Error(format!("not read: {error}")),
    };
    match expression.evaluate(&document) {
        Ok(JValue::Undefined) => Outcome::Undefined,
        Ok(value) => Outcome::Value(json(&value)),
        Err(error) => Outcome::Error(error.code().map_or_else(|| error.to_string(), str::to_owned)),
    }
}

fn json(value: &JValue) -> Json {
    match value {
        JValue::Null => Json::Null,
        JValue::Bool(value) => Json::Bool(*value),
        // As Step Functions writes those that JSON has not.
        JValue::Number(number) if number.is_nan() => Json::String("NaN".to_owned()),
        JValue::Number(number) if number.is_infinite() => {
            Json::String(if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
        }
        JValue::Number(number) => Json::Number(*number),
        JValue::String(text) => Json::String(text.to_string()),
        JValue::Array(items) => Json::Array(items.iter().map(json).collect()),
        JValue::Object(members) => Json::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), json(value)))
                .collect(),
        ),
        _ => Json::Function,
    }
}
