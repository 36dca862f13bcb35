//! Handing a whole [`Value`] through `serde` as it is.
//!
//! A task may take or return a `Value`, or have one inside its types. Between a value and itself, going through `serde`
//! member by member would copy the tree that sharing has just spared. So `Value` presents itself as a newtype struct of a
//! name of its own, which every other format looks through; the two ends in this crate recognise it and pass the value
//! in a slot of the thread instead.

use std::cell::{Cell, RefCell};
use std::mem;

use super::Value;

/// Name of the newtype struct as which a [`Value`] presents itself to `serde`.
pub(crate) const NAME: &str = "$asl_runtime::Value";

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    static SLOT: Slot = const {
        Slot {
            value: RefCell::new(Value::Null),
            is_full: Cell::new(false),
        }
    };
}

/// Whether there is a value is known aside: values are moved faster as a whole than after a look at what they are.
struct Slot {
    value: RefCell<Value>,
    is_full: Cell<bool>,
}

/// Runs `serialize`, during which a value that presents itself may be handed over; puts what was into its place.
pub(super) fn receive<E>(
    place: &mut Value,
    serialize: impl FnOnce(&mut Value) -> Result<(), E>,
) -> Result<(), E> {
    let before = WANTED.replace(true);
    let result = serialize(place);
    WANTED.set(before);
    if take_into(place) { Ok(()) } else { result }
}

/// Hands the value over if the serializer at work asked for it.
pub(crate) fn offer(value: impl FnOnce() -> Value) -> bool {
    WANTED.replace(false) && put(value()).is_ok()
}

/// Puts a value where [`take`] finds it. A thread that ends has no such place any more.
pub(super) fn put(mut value: Value) -> Result<(), Value> {
    let is_put = SLOT.try_with(|slot| {
        mem::swap(&mut *slot.value.borrow_mut(), &mut value);
        slot.is_full.set(true);
    });
    match is_put {
        Ok(()) => Ok(()),
        Err(_) => Err(value),
    }
}

/// The value that was handed over, or `null`.
pub(crate) fn take() -> Value {
    let mut value = Value::Null;
    take_into(&mut value);
    value
}

/// Puts the value that was handed over into its place, if one was.
fn take_into(place: &mut Value) -> bool {
    let take = |slot: &Slot| {
        let is_full = slot.is_full.replace(false);
        if is_full {
            *place = slot.value.take();
        }
        is_full
    };
    SLOT.try_with(take).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{json, value::Array};

    #[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
    struct Holder {
        document: Value,
        list: Vec<Value>,
        array: Array,
        none: Option<Value>,
        some: Option<Value>,
    }

    fn shares(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Array(one), Value::Array(other)) => one.ptr_eq(other),
            (Value::Object(one), Value::Object(other)) => one.ptr_eq(other),
            _ => false,
        }
    }

    #[test]
    fn a_value_goes_through_types_without_a_copy() {
        let document = json!({ "a": [1, null] });
        assert!(shares(&document, &Value::encode(&document).unwrap()));
        assert!(shares(&document, &document.decode().unwrap()));
        assert!(shares(&document, &Value::deserialize(document.clone()).unwrap()));

        let array = Array::from(vec![document.clone()]);
        let holder = Holder {
            document: document.clone(),
            list: vec![document.clone(), Value::Null],
            array,
            none: None,
            some: Some(document.clone()),
        };
        let encoded = Value::encode(&holder).unwrap();
        assert_eq!(encoded, Value::from(serde_json::to_value(&holder).unwrap()));
        for inner in [
            &encoded["document"],
            &encoded["list"][0],
            &encoded["array"][0],
            &encoded["some"],
        ] {
            assert!(shares(&document, inner), "{inner}");
        }
        let decoded: Holder = encoded.decode().unwrap();
        assert_eq!(decoded, holder);
        for inner in [
            &decoded.document,
            &decoded.list[0],
            &decoded.array[0],
            decoded.some.as_ref().unwrap(),
        ] {
            assert!(shares(&document, inner), "{inner}");
        }
    }

    #[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
    struct Rest {
        id: u8,
        #[serde(flatten)]
        rest: Value,
    }

    #[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
    #[serde(tag = "type")]
    enum Tagged {
        Document { value: Value, null: Value },
        Whole(Value),
    }

    #[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Value(Value),
    }

    #[test]
    fn a_value_can_be_anywhere_in_a_type() {
        let rest = Rest {
            id: 1,
            rest: json!({ "a": null, "b": [{}] }),
        };
        assert_eq!(
            Value::encode(&rest).unwrap(),
            json!({ "id": 1, "a": null, "b": [{}] })
        );
        assert_eq!(Value::encode(&rest).unwrap().decode::<Rest>().unwrap(), rest);

        let document = Tagged::Document {
            value: json!([1, { "x": null }]),
            null: Value::Null,
        };
        assert_eq!(
            Value::encode(&document).unwrap().decode::<Tagged>().unwrap(),
            document
        );
        let whole = Value::encode(&Tagged::Whole(json!({ "a": [null] }))).unwrap();
        assert_eq!(whole, json!({ "type": "Whole", "a": [null] }));
        assert_eq!(
            whole.decode::<Tagged>().unwrap(),
            Tagged::Whole(json!({ "a": [null] }))
        );

        for value in [json!([1]), json!(null), json!("x"), json!({ "a": 300 })] {
            assert_eq!(value.decode::<Either>().unwrap(), Either::Value(value.clone()));
            assert_eq!(Value::encode(&Either::Value(value.clone())).unwrap(), value);
        }
    }

    #[test]
    fn values_inside_serde_json_values_and_text() {
        let value = json!({ "a": [1, 2.5, "x", null, true, { "b": {} }] });
        let text = r#"{"a":[1,2.5,"x",null,true,{"b":{}}]}"#;
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
        assert_eq!(
            serde_json::from_str::<Array>("[1,[2]]").unwrap(),
            Array::from(vec![json!(1), json!([2])])
        );
        assert!(serde_json::from_str::<Array>("{}").is_err());
        assert!(json!({}).decode::<Array>().is_err());
    }
}
