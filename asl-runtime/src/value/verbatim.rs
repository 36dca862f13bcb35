//! Text that `serde_json` passes through `serde` as it is.
//!
//! Its `RawValue`, and its numbers when a program turns on the feature `arbitrary_precision`, present themselves as a
//! struct of a special name whose only field has the same name and holds JSON text.

/// Name of a `RawValue`.
pub(super) const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Name of a number of arbitrary precision.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

#[cfg(test)]
mod tests {
    use serde::{
        Deserialize, Serialize,
        de::{DeserializeSeed, value::MapDeserializer},
    };
    use serde_json::value::RawValue;

    use crate::{Value, json, value::serde::ValueSeed};

    #[test]
    fn raw_values_go_both_ways() {
        let raw = RawValue::from_string(r#"{ "a": [1.0] }"#.into()).unwrap();
        let value = Value::encode(&[&raw]).unwrap();
        assert_eq!(value, json!([{ "a": [1.0] }]));
        let [decoded]: [Box<RawValue>; 1] = value.decode().unwrap();
        assert_eq!(decoded.get(), r#"{"a":[1.0]}"#);
    }

    /// As a number presents itself with `arbitrary_precision`, which cannot be turned on for these tests alone.
    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct Number {
        #[serde(rename = "$serde_json::private::Number")]
        text: &'static str,
    }

    #[test]
    fn numbers_of_arbitrary_precision_become_numbers() {
        assert_eq!(Value::encode(&[Number { text: "1.50" }]).unwrap(), json!([1.5]));
        assert!(Value::encode(&Number { text: "1e999" }).is_err());

        let decode = |text: &'static str| {
            let members = [(super::NUMBER, text)].into_iter();
            Value::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(members))
        };
        assert_eq!(decode("18446744073709551615"), Ok(json!(u64::MAX)));
        assert!(decode("1e999").is_err());
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_no_level() {
        let read = |levels: u32, name: &'static str| {
            let members = [(name, "1.5")].into_iter();
            let map = MapDeserializer::<_, serde::de::value::Error>::new(members);
            ValueSeed::up_to(levels).deserialize(map)
        };
        assert_eq!(read(0, super::NUMBER), Ok(json!(1.5)));
        assert_eq!(read(1, "a"), Ok(json!({ "a": "1.5" })));
        assert!(read(0, "a").is_err());
    }
}
