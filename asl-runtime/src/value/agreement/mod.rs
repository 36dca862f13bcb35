//! Encoding and decoding follow `serde_json`, type by type.

mod types;

use std::{collections::BTreeMap, fmt::Debug};

use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use self::types::*;
use super::Value;
use crate::json;

type Json = serde_json::Value;

/// What is written is the same, and it reads back the same.
fn agree_on<T: Serialize + DeserializeOwned + Debug>(data: T) {
    match (Value::encode(&data), serde_json::to_value(&data)) {
        (Ok(value), Ok(json)) => {
            assert_eq!(value, Value::from(json.clone()), "{data:?}");
            assert_eq!(Json::from(&value), json, "{data:?}: integers and floats");
            decode_alike::<T>(&value);
        }
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{data:?}: {ours:?}, but {theirs:?}"),
    }
}

/// Whether and as what a value is read is the same: borrowed, owned, and by way of text.
fn decode_alike<T: DeserializeOwned + Debug>(value: &Value) {
    let theirs = serde_json::from_value::<T>(Json::from(value));
    let owned = T::deserialize(value.clone());
    match (value.decode::<T>(), owned, theirs) {
        (Ok(borrowed), Ok(owned), Ok(theirs)) => {
            let theirs = format!("{theirs:?}");
            assert_eq!(
                (format!("{borrowed:?}"), format!("{owned:?}")),
                (theirs.clone(), theirs),
                "{value}"
            );
        }
        (Err(borrowed), Err(owned), Err(theirs)) => {
            assert_eq!(borrowed.message(), owned.message(), "{value}");
            let position = |text: &str| text.split(" at line").next().map(str::to_owned);
            assert_eq!(
                position(borrowed.message()),
                position(&theirs.to_string()),
                "{value}"
            );
        }
        (borrowed, owned, theirs) => panic!("{value}: {borrowed:?}, {owned:?}, but {theirs:?}"),
    }
}

/// Every type tries to read the value.
fn all_decode_alike(value: &Value) {
    // In the order of the members that serde_json has, as errors are about the first that does not fit.
    let value = &Value::from(Json::from(value));
    decode_alike::<Json>(value);
    decode_alike::<Unit>(value);
    decode_alike::<()>(value);
    decode_alike::<bool>(value);
    decode_alike::<char>(value);
    decode_alike::<String>(value);
    decode_alike::<Newtype>(value);
    decode_alike::<Tuple>(value);
    decode_alike::<External>(value);
    decode_alike::<Internal>(value);
    decode_alike::<Adjacent>(value);
    decode_alike::<Untagged>(value);
    decode_alike::<Plain>(value);
    decode_alike::<Flattened>(value);
    decode_alike::<Numbers>(value);
    decode_alike::<Bytes>(value);
    decode_alike::<Color>(value);
    decode_alike::<Option<Option<u8>>>(value);
    decode_alike::<[f32; 2]>(value);
    decode_alike::<(u64, f64)>(value);
    decode_alike::<Vec<i32>>(value);
    decode_alike::<BTreeMap<i32, Json>>(value);
    decode_alike::<BTreeMap<u64, Json>>(value);
    decode_alike::<BTreeMap<i128, Json>>(value);
    decode_alike::<BTreeMap<bool, Json>>(value);
    decode_alike::<BTreeMap<char, Json>>(value);
    decode_alike::<BTreeMap<Name, External>>(value);
    decode_alike::<BTreeMap<Option<String>, Json>>(value);
    decode_alike::<BTreeMap<Color, u8>>(value);
    decode_alike::<Result<u8, String>>(value);
    decode_alike::<std::time::Duration>(value);
    for number in [
        |value: &Value| decode_alike::<i8>(value),
        decode_alike::<i64>,
        decode_alike::<i128>,
        decode_alike::<u8>,
        decode_alike::<u64>,
        decode_alike::<u128>,
        decode_alike::<f32>,
        decode_alike::<f64>,
    ] {
        number(value);
    }
}

fn plain() -> Plain {
    Plain {
        first_name: "Ada".into(),
        with_default: 7,
        note: None,
    }
}

#[test]
fn encodes_and_decodes_as_serde_json_does() {
    agree_on(Unit);
    agree_on(Newtype(Some(1)));
    agree_on(Newtype(None));
    agree_on(Tuple(-1, "a string of more than twenty-three bytes".into(), Unit));
    agree_on(External::Unit);
    agree_on(External::Newtype(1));
    agree_on(External::Tuple(1, 'é'));
    agree_on(External::Empty());
    agree_on(External::Struct {
        a: None,
        b: Newtype(Some(2)),
    });
    agree_on(External::Nested(Box::new(External::Nested(Box::new(
        External::Unit,
    )))));
    agree_on(Internal::Unit);
    agree_on(Internal::Newtype(plain()));
    agree_on(Internal::Struct {
        a: 1.0,
        list: vec![External::Unit, External::Newtype(3)],
    });
    agree_on(Adjacent::Unit);
    agree_on(Adjacent::Newtype(Newtype(None)));
    agree_on(Adjacent::Tuple(i64::MIN, u64::MAX));
    agree_on(Adjacent::Struct { a: String::new() });
    agree_on(Untagged::Integer(-1));
    agree_on(Untagged::Float(1.0));
    agree_on(Untagged::List(vec![
        Untagged::Text("x".into()),
        Untagged::Unit,
        Untagged::Struct { a: 1 },
    ]));
    agree_on(Plain {
        note: Some("n".into()),
        ..plain()
    });
    let rest = BTreeMap::from([("more".into(), Json::from(1)), ("x".into(), Json::Null)]);
    agree_on(Flattened {
        id: 1,
        inner: Internal::Struct { a: 0.5, list: vec![] },
        rest,
    });
    agree_on(Bytes(vec![0, 255]));
    agree_on((1, "two", 3.0, [4_u8; 2], Some(()), None::<u8>, Some(Some('x'))).0);
    agree_on(std::time::Duration::from_millis(1500));
    agree_on(Ok::<u8, String>(1));
    agree_on(Maps {
        integers: BTreeMap::from([(-1, true), (i32::MAX, false)]),
        wide: BTreeMap::from([(i128::MIN, ()), (0, ())]),
        booleans: BTreeMap::from([(true, 1), (false, 0)]),
        characters: BTreeMap::from([('é', 1)]),
        newtypes: BTreeMap::from([(Name("a".into()), Some(None)), (Name("b".into()), Some(Some(1)))]),
        variants: BTreeMap::from([(Color::Red, 1), (Color::Blue, 2)]),
    });
}

#[test]
fn takes_and_refuses_numbers_as_serde_json_does() {
    agree_on(Numbers(-1, -1, -1, i64::MIN, -1, 1, 1, 1, u64::MAX, 1, 0.1, 0.1));
    agree_on(i128::from(u64::MAX));
    agree_on(i128::from(u64::MAX) + 1);
    agree_on(i128::MIN);
    agree_on(u128::MAX);
    agree_on([f32::MAX, f32::MIN_POSITIVE, -0.0]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Value::encode(&value).unwrap(), Value::Null);
        assert_eq!(Value::encode(&(value as f32)).unwrap(), Value::Null);
    }
    for text in [
        "0",
        "-1",
        "1.0",
        "255",
        "256",
        "-129",
        "1e3",
        "-0",
        "9223372036854775808",
        "18446744073709551615",
        "1e40",
        "4294967296.5",
    ] {
        all_decode_alike(&Value::from_json(text).unwrap());
    }
}

#[test]
fn refuses_the_keys_that_serde_json_refuses() {
    fn check<K: Serialize + Ord + Debug>(key: K) {
        let map = BTreeMap::from([(key, 1)]);
        match (Value::encode(&map), serde_json::to_value(&map)) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, Value::from(theirs)),
            (Err(ours), Err(theirs)) => assert_eq!(ours.message(), theirs.to_string()),
            (ours, theirs) => panic!("{map:?}: {ours:?}, but {theirs:?}"),
        }
    }
    check("text");
    check(1_u128 << 100);
    check(());
    check(Some("text"));
    check(None::<u8>);
    check((1, 2));
    check([1]);
    check(vec![1]);
    check(BTreeMap::from([("a", 1)]));
    check(Ok::<u8, u8>(1));
    check('x');
    check(false);
    let float = |key: f64| {
        struct Map(f64);
        impl Serialize for Map {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map([(self.0, ())])
            }
        }
        match (Value::encode(&Map(key)), serde_json::to_value(Map(key))) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, Value::from(theirs)),
            (ours, theirs) => assert_eq!(ours.unwrap_err().message(), theirs.unwrap_err().to_string()),
        }
    };
    for key in [0.1, 1.0, 1e300, f64::NAN] {
        float(key);
    }
}

#[test]
fn odd_values_are_read_and_refused_as_by_serde_json() {
    for value in [
        json!("Unit"),
        json!("Red"),
        json!("dark blue"),
        json!("x"),
        json!({ "Unit": null }),
        json!({ "Unit": 1 }),
        json!({ "Newtype": null }),
        json!({ "Newtype": 300 }),
        json!("Newtype"),
        json!("Tuple"),
        json!("Struct"),
        json!({ "Tuple": [1, "x"] }),
        json!({ "Tuple": [1, "x", 2] }),
        json!({ "Tuple": [1] }),
        json!({ "Tuple": {} }),
        json!({ "Empty": [] }),
        json!({ "Empty": [1] }),
        json!({ "Struct": { "b": 1 } }),
        json!({ "Struct": [null, 1] }),
        json!({ "Struct": { "b": 1, "c": 2 } }),
        json!({ "Struct": 1 }),
        json!({ "Unit": null, "Newtype": 1 }),
        json!({ "Other": 1 }),
        json!({ "type": "Unit" }),
        json!({ "type": "Unit", "x": 1 }),
        json!({ "type": "Newtype", "firstName": "x" }),
        json!({ "type": "Newtype", "firstName": "x", "more": 1 }),
        json!({ "type": "Struct", "a": 1, "list": ["Unit", { "Newtype": 1 }] }),
        json!({ "type": "Struct", "a": "1", "list": [] }),
        json!({ "id": 1, "type": "Unit", "x": [1] }),
        json!({ "t": "Unit" }),
        json!({ "t": "Tuple", "c": [1, 2] }),
        json!({ "c": [1], "t": "Tuple" }),
        json!({ "firstName": "x" }),
        json!(["x", 1, null]),
        json!(["x", 1, null, 2]),
        json!(["x"]),
        json!({ "1": 1, "-2": 2 }),
        json!({ "01": 1 }),
        json!({ " 1": 1 }),
        json!({ "1 ": 1 }),
        json!({ "1x": 1 }),
        json!({ "1.0": 1 }),
        json!({ "": 1 }),
        json!({ "-": 1 }),
        json!({ "true": 1, "false": 2 }),
        json!({ "True": 1 }),
        json!({ "Red": 1 }),
        json!({ "é": 1 }),
        json!({ "340282366920938463463374607431768211455": 1 }),
        json!({ "Ok": 1 }),
        json!({ "Err": "x" }),
        json!({ "secs": 1, "nanos": 2 }),
        json!([1, 2]),
        json!([1.0, 2.0]),
        json!([1, 2, 3]),
        json!([1]),
        json!([null]),
        json!([256, 255, -1]),
        json!([]),
        json!({}),
        json!(null),
        json!(true),
        json!("é"),
        json!("ab"),
        json!(""),
    ] {
        all_decode_alike(&value);
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let key = || {
        prop_oneof![
            "[a-c]{0,2}",
            any::<String>(),
            Just("type".to_owned()),
            "-?[0-9]{1,3}"
        ]
    };
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-200_i64..300).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        key().prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 64, 24, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..24)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_the_same_to_both(value in any_value()) {
        let json = Json::from(&value);
        prop_assert_eq!(&Value::from(json.clone()), &value);
        prop_assert_eq!(&Value::encode(&json).unwrap(), &value);
        prop_assert_eq!(&serde_json::to_value(&value).unwrap(), &json);
        prop_assert_eq!(value.to_string(), serde_json::to_string(&value).unwrap());
        prop_assert_eq!(format!("{value:#}"), serde_json::to_string_pretty(&value).unwrap());
        prop_assert_eq!(value.measure().bytes, value.to_string().len());
        prop_assert_eq!(&serde_json::from_str::<Value>(&value.to_string()).unwrap(), &value);
        prop_assert_eq!(&serde_json::from_value::<Value>(json).unwrap(), &value);
        prop_assert_eq!(&Value::from_json(&value.to_string()).unwrap(), &value);
        all_decode_alike(&value);
    }
}
