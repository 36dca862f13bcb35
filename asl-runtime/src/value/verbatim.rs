//! Text that `serde_json` passes through `serde` as it is.
//!
//! Its `RawValue`, and its numbers when a program turns on the feature `arbitrary_precision`, present themselves as a
//! struct of a special name whose only field has the same name and holds JSON text.

use std::{fmt, sync::LazyLock};

use serde::{
    Deserializer,
    de::{MapAccess, Visitor},
};

/// Name of a `RawValue`.
pub(super) const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Name of a number of arbitrary precision.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// Whether some part of the program has turned on `arbitrary_precision`. Else an object that looks like such a number is an
/// object. (Where it is on, `serde_json` itself takes the one for the other.)
pub(super) fn numbers_are_maps() -> bool {
    struct Probe;

    impl<'de> Visitor<'de> for Probe {
        type Value = bool;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a number")
        }

        fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
            Ok(false)
        }

        fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<bool, A::Error> {
            Ok(true)
        }
    }

    static ARE_MAPS: LazyLock<bool> = LazyLock::new(|| {
        let mut number = serde_json::Deserializer::from_str("1");
        number.deserialize_any(Probe).unwrap_or(false)
    });
    *ARE_MAPS
}

#[cfg(test)]
mod tests {
    use serde::{
        Serialize,
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
            let map = MapDeserializer::<_, serde::de::value::Error>::new(members);
            ValueSeed::up_to(1).with_numbers_as_maps().deserialize(map)
        };
        assert_eq!(decode("18446744073709551615"), Ok(json!(u64::MAX)));
        assert!(decode("1e999").is_err());
    }

    #[test]
    fn an_object_that_looks_like_a_number_is_an_object() {
        assert!(!super::numbers_are_maps(), "the feature is on");
        for text in [
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"[{"$serde_json::private::Number":"x"}]"#,
        ] {
            assert_eq!(Value::from_json(text).unwrap().to_json(), text);
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(value.to_json(), text);
        }
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_no_level() {
        let read = |levels: u32, name: &'static str| {
            let members = [(name, "1.5")].into_iter();
            let map = MapDeserializer::<_, serde::de::value::Error>::new(members);
            ValueSeed::up_to(levels).with_numbers_as_maps().deserialize(map)
        };
        assert_eq!(read(0, super::NUMBER), Ok(json!(1.5)));
        assert_eq!(read(1, "a"), Ok(json!({ "a": "1.5" })));
        assert!(read(0, "a").is_err());
    }
}
