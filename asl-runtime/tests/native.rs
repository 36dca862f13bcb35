//! A held value is to documents what its JSON is.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, HashMap};

use asl_runtime::path::{ReferencePath, ReferenceStep, put};
use asl_runtime::{Held, Native, Value, json};
use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
    total: f64,
    #[serde(rename = "n")]
    count: Option<u8>,
    items: Vec<Item>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(default = "seven")]
    seven: i64,
    speed: Speed,
    tags: BTreeMap<String, bool>,
    any: Value,
    r#type: Box<f32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Native)]
#[serde(deny_unknown_fields)]
struct Item {
    sku: String,
    #[serde(alias = "number")]
    qty: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Native)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Speed {
    VerySlow,
    #[serde(rename = "!", alias = "fast")]
    Express,
}

fn seven() -> i64 {
    7
}

/// Some of an order's fields, and some more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Native)]
#[serde(rename_all = "camelCase")]
struct Part {
    order_id: String,
    #[serde(default)]
    new: Option<Value>,
    items: Held<Vec<Item>>,
    tags: HashMap<String, bool>,
    speed: String,
    any: Option<Value>,
}

/// No part of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Native)]
struct Other {
    total: String,
}

prop_compose! {
    fn item()(sku in "[a-z\"é]{0,30}", qty: u64) -> Item {
        Item { sku, qty }
    }
}

prop_compose! {
    fn order()(
        order_id in ".{0,30}",
        total in prop_oneof![any::<f64>(), Just(2.0), Just(f64::NAN)],
        count: Option<u8>,
        items in prop::collection::vec(item(), 0..4),
        notes in prop::collection::vec("[a-z]{0,5}", 0..3),
        seven: i64,
        speed in prop_oneof![Just(Speed::VerySlow), Just(Speed::Express)],
        tags in prop::collection::btree_map("[a-c]{1,2}", any::<bool>(), 0..3),
        any in prop_oneof![Just(json!(null)), Just(json!({ "a": [1, {}] })), Just(json!("x"))],
        float: f32,
    ) -> Order {
        Order { order_id, total, count, items, notes, seven, speed, tags, any, r#type: Box::new(float) }
    }
}

const KEYS: [&str; 8] = ["orderId", "items", "notes", "n", "seven", "new", "other", "type"];

#[derive(Debug, Clone)]
enum Change {
    Insert(usize, i32),
    Remove(usize),
    Set(usize, i32),
    Share,
    Read,
}

fn change() -> impl Strategy<Value = Change> {
    let key = || 0..KEYS.len();
    prop_oneof![
        (key(), any::<i32>()).prop_map(|(key, number)| Change::Insert(key, number)),
        key().prop_map(Change::Remove),
        (key(), any::<i32>()).prop_map(|(key, number)| Change::Set(key, number)),
        Just(Change::Share),
        Just(Change::Read),
    ]
}

/// The same data comes of both, or the same error.
fn agree<T: DeserializeOwned + std::fmt::Debug + Serialize>(
    held: &Value,
    plain: &Value,
) -> Result<T, String> {
    let text = |data: &T| serde_json::to_value(data).unwrap();
    let one = held.decode::<T>().map_err(|error| error.to_string());
    let other = plain.decode::<T>().map_err(|error| error.to_string());
    assert_eq!(one.as_ref().map(text), other.as_ref().map(text));
    one
}

fn same(held: &Value, plain: &Value) {
    let keys: Vec<_> = held.as_object().unwrap().keys().collect();
    assert_eq!(keys, plain.as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(held, plain);
    assert_eq!(held.to_string(), plain.to_string());
    assert_eq!(held.measure(), plain.measure());
    assert_eq!(held.as_object().unwrap().len(), plain.as_object().unwrap().len());
    for key in KEYS {
        assert_eq!(held.get(key), plain.get(key), "{key}");
        let contains = |value: &Value| value.as_object().unwrap().contains_key(key);
        assert_eq!(contains(held), contains(plain), "{key}");
    }
}

proptest! {
    #[test]
    fn a_held_value_is_its_json(order in order(), changes in prop::collection::vec(change(), 0..8)) {
        let mut held = Value::encode(&Held::new(order.clone())).unwrap();
        let mut plain = Value::encode(&order).unwrap();
        let mut shared = Vec::new();
        for change in changes {
            match change {
                Change::Insert(key, number) => {
                    let insert = |value: &mut Value| value.as_object_mut().unwrap().insert(KEYS[key], json!([number]));
                    assert_eq!(insert(&mut held), insert(&mut plain));
                }
                Change::Remove(key) => {
                    let remove = |value: &mut Value| value.as_object_mut().unwrap().remove(KEYS[key]);
                    assert_eq!(remove(&mut held), remove(&mut plain));
                }
                Change::Set(key, number) => {
                    for value in [&mut held, &mut plain] {
                        if let Some(place) = value.get_mut(KEYS[key]) {
                            *place = json!(number);
                        }
                    }
                }
                Change::Share => shared.push((held.clone(), plain.clone())),
                Change::Read => same(&held, &plain),
            }
            // Before anything makes JSON of it.
            let _ = agree::<Held<Part>>(&held, &plain);
        }
        let _ = agree::<Held<Order>>(&held, &plain);
        let _ = agree::<Order>(&held, &plain);
        let _ = agree::<Held<Other>>(&held, &plain);
        let _ = agree::<BTreeMap<String, Value>>(&held, &plain);
        same(&held, &plain);
        for (held, plain) in shared {
            same(&held, &plain);
        }
        let members = |value: Value| value.as_object().cloned().unwrap().into_iter().collect::<Vec<_>>();
        assert_eq!(members(held), members(plain));
    }

    #[test]
    fn a_held_value_is_read_as_its_type(order in order()) {
        let held = Held::new(order);
        let text = serde_json::to_string(&held).unwrap();
        assert_eq!(text, serde_json::to_string(&*held).unwrap());
        let again = serde_json::from_str::<Held<Order>>(&text).map(|order| serde_json::to_string(&order).unwrap());
        let plain = serde_json::from_str::<Order>(&text).map(|order| serde_json::to_string(&order).unwrap());
        assert_eq!(again.map_err(|error| error.to_string()), plain.map_err(|error| error.to_string()));
    }
}

fn some_order() -> Order {
    Order {
        order_id: "A1".to_owned(),
        total: 9.5,
        count: None,
        items: vec![Item {
            sku: "shoe".to_owned(),
            qty: 2,
        }],
        notes: Vec::new(),
        seven: 7,
        speed: Speed::Express,
        tags: BTreeMap::new(),
        any: Value::Null,
        r#type: Box::new(0.5),
    }
}

#[test]
fn the_value_itself_goes_through_documents() {
    let order = Held::new(some_order());
    let document = Value::encode(&order).unwrap();
    let same: Held<Order> = document.decode().unwrap();
    assert!(std::ptr::eq(&*same, &*order));

    let path = ReferencePath {
        text: "$.result",
        steps: &[ReferenceStep::Key("result")],
    };
    let document = put(json!({ "id": 1 }), &path, document).unwrap();
    let inner: Held<Order> = document["result"].decode().unwrap();
    assert!(std::ptr::eq(&*inner, &*order));

    // With another member it is no longer that value, but what is read of it is.
    let more = put(document["result"].clone(), &path, json!(true)).unwrap();
    let copy: Held<Order> = more.decode().unwrap();
    assert!(!std::ptr::eq(&*copy, &*order));
    assert_eq!(*copy, *order);
    assert_eq!(more["result"], json!(true));
    assert_eq!(more["items"][0]["sku"], json!("shoe"));
}

#[test]
fn values_inside_of_others_are_shared() {
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Outer {
        item: Held<Item>,
        list: Held<Vec<Item>>,
        number: Held<u8>,
    }
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Copied {
        item: Item,
        list: Vec<Item>,
        number: u8,
    }
    let item = some_order().items.remove(0);
    let outer = Held::new(Outer {
        list: Held::new(vec![item.clone()]),
        item: Held::new(item),
        number: Held::new(3),
    });
    let plain: Value = serde_json::to_string(&outer).unwrap().parse().unwrap();
    let mut document = Value::encode(&outer).unwrap();
    document.as_object_mut().unwrap().insert("more", json!(1));
    let again: Held<Outer> = document.decode().unwrap();
    assert!(std::ptr::eq(&*again.item, &*outer.item) && std::ptr::eq(&*again.list, &*outer.list));
    let copied: Held<Copied> = document.decode().unwrap();
    assert_eq!(
        serde_json::to_string(&copied).unwrap(),
        serde_json::to_string(&outer).unwrap()
    );
    assert_eq!(document.as_object_mut().unwrap().remove("more"), Some(json!(1)));
    assert_eq!(document, plain);
}

#[test]
fn what_nobody_else_holds_is_moved() {
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Whole {
        document: Item,
        look: Option<Item>,
        #[serde(default)]
        seven: i64,
        more: Option<String>,
    }
    let mut document = json!({ "more": "x" });
    let mut put = |key: &str| {
        let item = Held::new(some_order().items.remove(0));
        let object = document.as_object_mut().unwrap();
        object.insert(key, Value::encode(&item).unwrap());
        item.sku.as_ptr()
    };
    let (first, second) = (put("document"), put("look"));
    let held_by_two = document.clone();
    let copied = Held::<Whole>::deserialize(document).unwrap();
    assert!(copied.document.sku.as_ptr() != first);
    let moved = Held::<Whole>::deserialize(held_by_two).unwrap().into_inner();
    assert_eq!(moved.document.sku.as_ptr(), first);
    // An optional value is of another type.
    assert!(moved.look.is_some_and(|item| item.sku.as_ptr() != second));
    assert_eq!((moved.seven, moved.more.as_deref()), (0, Some("x")));
}

#[test]
fn text_is_what_serde_makes_of_it() {
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Odd {
        #[serde(rename = "\"\\\n\r\u{8}\u{c}\u{1}\u{7f}é")]
        name: Name,
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<String>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        map: BTreeMap<String, Nothing>,
        list: Vec<Option<f64>>,
        unit: (),
        small: Box<i8>,
        held: Held<u64>,
        flag: bool,
        value: Value,
    }
    #[derive(Clone, Serialize, Deserialize, Native)]
    enum Name {
        #[serde(rename = "\"\t")]
        Quoted,
    }
    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Nothing {}

    #[derive(Clone, Serialize, Deserialize, Native)]
    struct Several {
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<u8>,
        odd: Vec<Odd>,
    }
    let odd = Odd {
        name: Name::Quoted,
        left_out: Some("\u{0}".repeat(20)),
        map: [("\"".to_owned(), Nothing {}), (String::new(), Nothing {})].into(),
        list: vec![None, Some(-0.0), Some(1e300)],
        unit: (),
        small: Box::new(-8),
        held: Held::new(u64::MAX),
        flag: true,
        value: json!({ "a": [1, {}] }),
    };
    let plain = Odd {
        left_out: None,
        map: BTreeMap::new(),
        list: vec![],
        flag: false,
        ..odd.clone()
    };
    let several = Several {
        first: None,
        odd: vec![odd, plain],
    };
    let text = serde_json::to_string(&several).unwrap();
    let mut document = Value::encode(&Held::new(several)).unwrap();
    assert_eq!(document.to_json(), text);
    let more = |document: &mut Value, key: &str| document.as_object_mut().unwrap().insert(key, json!([1]));
    more(&mut document, "\"");
    assert_eq!(
        document.to_json(),
        [&text[..text.len() - 1], r#","\"":[1]}"#].concat()
    );
    let mut document = Value::encode(&Held::new(Nothing {})).unwrap();
    assert_eq!(document.to_json(), "{}");
    more(&mut document, "a");
    assert_eq!(document.to_json(), r#"{"a":[1]}"#);
}

#[test]
fn what_json_does_not_say_is_not_kept() {
    #[derive(Debug, Clone, Serialize, Deserialize, Native)]
    struct Lossy {
        float: Option<f64>,
        null: Option<Value>,
    }
    let read = |float, null| {
        let lossy = Held::new(Lossy { float, null });
        let read: Held<Lossy> = Value::encode(&lossy).unwrap().decode().unwrap();
        (read.float, read.null.clone(), std::ptr::eq(&*read, &*lossy))
    };
    assert_eq!(read(Some(1.5), None), (Some(1.5), None, true));
    assert_eq!(read(Some(f64::NAN), None), (None, None, false));
    assert_eq!(read(None, Some(Value::Null)), (None, None, false));
}

#[test]
fn what_is_no_struct_is_held_as_json() {
    assert_eq!(Value::encode(&Held::new(vec![1, 2])).unwrap(), json!([1, 2]));
    assert_eq!(
        Value::encode(&Held::new(Speed::VerySlow)).unwrap(),
        json!("VERY_SLOW")
    );
    assert_eq!(
        json!("fast").decode::<Held<Speed>>().unwrap(),
        Held::new(Speed::Express)
    );
    assert_eq!(
        json!([1, 2]).decode::<Held<Vec<u8>>>().unwrap(),
        Held::new(vec![1, 2])
    );
}

#[test]
fn what_is_around_a_struct_is_not_seen() {
    let item = some_order().items.remove(0);
    let plain = json!({ "sku": "shoe", "qty": 2 });
    let optional = Held::new(Some(item.clone()));
    let boxed = Held::new(Box::new(item.clone()));
    let held = Held::new(Held::new(item));
    for document in [
        Value::encode(&optional),
        Value::encode(&boxed),
        Value::encode(&held),
    ] {
        let document = document.unwrap();
        assert_eq!(document["sku"], json!("shoe"));
        assert_eq!(document, plain);
        assert_eq!(document.decode::<Held<Item>>().unwrap().qty, 2);
    }
    assert_eq!(Value::encode(&Held::new(None::<Item>)).unwrap(), Value::Null);
}

#[test]
fn what_does_not_fit_is_told_as_ever() {
    let item = |value: Value| agree::<Held<Item>>(&value, &value);
    let plain = |value: &Value| value.decode::<Item>().map_err(|error| error.to_string());
    for value in [
        json!({ "sku": "a" }),
        json!({ "sku": "a", "qty": -1 }),
        json!({ "sku": "a", "qty": 1.5 }),
        json!({ "sku": "a", "qty": 1, "number": 1 }),
        json!({ "sku": "a", "qty": 1, "more": 1 }),
        json!({ "sku": null, "qty": 1 }),
        json!("sku"),
        json!([1]),
    ] {
        assert_eq!(
            item(value.clone()).unwrap_err(),
            plain(&value).unwrap_err(),
            "{value}"
        );
    }
    for value in [
        json!({ "qty": 1, "sku": "a" }),
        json!({ "sku": "a", "number": 1 }),
        json!(["a", 1]),
    ] {
        assert_eq!(
            item(value.clone()).map(Held::into_inner),
            plain(&value),
            "{value}"
        );
    }
}
