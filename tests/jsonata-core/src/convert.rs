//! Between the values of both sides, member by member.

use asl_runtime::Value;
use jsonata_core::value::JValue;

/// A value of the runtime as one of `jsonata-core`.
pub fn to_theirs(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(value) => JValue::Bool(*value),
        Value::Number(number) => JValue::from_f64(number.as_f64()),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(to_theirs).collect()),
        Value::Object(members) => JValue::object(
            members
                .iter()
                .map(|(name, value)| (name.to_string(), to_theirs(value)))
                .collect(),
        ),
    }
}

/// And back. What is no JSON is `null`.
pub fn from_theirs(value: &JValue) -> Value {
    match value {
        JValue::Bool(value) => Value::Bool(*value),
        JValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Value::from(*number as i64),
        JValue::Number(number) => number.to_string().parse().unwrap_or_default(),
        JValue::String(text) => Value::from(text.as_ref()),
        JValue::Array(items) => Value::Array(items.iter().map(from_theirs).collect()),
        JValue::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.as_str(), from_theirs(value)))
                .collect(),
        ),
        _ => Value::Null,
    }
}
