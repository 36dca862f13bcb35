use proptest::prelude::*;

use super::*;
use crate::json;

fn numbered(count: usize) -> Object {
    (0..count)
        .map(|number| (format!("key {number}"), Value::from(number)))
        .collect()
}

#[test]
fn finds_what_was_inserted_with_and_without_an_index() {
    for count in [0, 1, SMALL, SMALL + 1, 500] {
        let object = numbered(count);
        assert_eq!(object.len(), count);
        for number in 0..count {
            assert_eq!(object.get(&format!("key {number}")), Some(&Value::from(number)));
        }
        assert_eq!(object.get("key"), None);
        assert!(
            object
                .keys()
                .enumerate()
                .all(|(number, key)| *key == format!("key {number}"))
        );
    }
}

#[test]
fn replacing_keeps_the_place() {
    let mut object = numbered(3);
    assert_eq!(object.insert("key 1", json!("new")), Some(json!(1)));
    assert_eq!(
        Value::Object(object).to_string(),
        r#"{"key 0":0,"key 1":"new","key 2":2}"#
    );
}

#[test]
fn removing_keeps_the_order_of_the_rest() {
    for count in [5, SMALL + 1, 40] {
        let mut object = numbered(count);
        assert_eq!(object.remove("key 2"), Some(json!(2)));
        assert_eq!(object.remove("key 2"), None);
        assert_eq!(object.len(), count - 1);
        let expected: Vec<_> = (0..count)
            .filter(|number| *number != 2)
            .map(Value::from)
            .collect();
        assert!(object.values().eq(expected.iter()));
        assert_eq!(object.get("key 4"), Some(&json!(4)));
    }
}

#[test]
fn a_change_leaves_other_holders_alone() {
    for count in [3, 40] {
        let before = numbered(count);
        let mut after = before.clone();
        assert!(after.ptr_eq(&before));
        after.insert("new", Value::Null);
        assert_eq!((before.len(), after.len()), (count, count + 1));
        assert_eq!(before.get("new"), None);
        assert!(after.contains_key("new"));
    }
}

#[test]
fn the_hash_does_not_depend_on_the_order() {
    let hash = |object: &Object| DefaultHashBuilder::default().hash_one(object);
    let (one, two) = (
        Object::from([("a", json!(1)), ("b", json!(2))]),
        Object::from([("b", json!(2)), ("a", json!(1))]),
    );
    let _ = hash(&one);
    let builder = DefaultHashBuilder::default();
    assert_eq!(builder.hash_one(&one), builder.hash_one(&two));
}

#[derive(Debug, Clone)]
enum Change {
    Insert(u8, i32),
    Remove(u8),
    Share,
    Unshare,
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0..40_u8, any::<i32>()).prop_map(|(key, value)| Change::Insert(key, value)),
        2 => (0..40_u8).prop_map(Change::Remove),
        1 => Just(Change::Share),
        1 => Just(Change::Unshare),
    ]
}

proptest! {
    #[test]
    fn behaves_like_a_list_of_pairs(changes in prop::collection::vec(any_change(), 0..80)) {
        let (mut object, mut pairs) = (Object::new(), Vec::<(String, Value)>::new());
        let mut others = Vec::new();
        for change in changes {
            match change {
                Change::Insert(key, value) => {
                    let (key, value) = (key.to_string(), Value::from(value));
                    let known = pairs.iter_mut().find(|(known, _)| *known == key);
                    let old = known.map(|(_, old)| std::mem::replace(old, value.clone()));
                    if old.is_none() {
                        pairs.push((key.clone(), value.clone()));
                    }
                    prop_assert_eq!(object.insert(key, value), old);
                }
                Change::Remove(key) => {
                    let key = key.to_string();
                    let place = pairs.iter().position(|(known, _)| *known == key);
                    prop_assert_eq!(object.remove(&key), place.map(|place| pairs.remove(place).1));
                }
                Change::Share => others.push((object.clone(), pairs.clone())),
                Change::Unshare => others.truncate(1),
            }
            prop_assert!(object.keys().eq(pairs.iter().map(|(key, _)| key)));
            prop_assert!(pairs.iter().all(|(key, value)| object.get(key) == Some(value)));
            let text = Value::from(object.clone()).to_string();
            prop_assert_eq!(Value::from(object.clone()).measure().bytes, text.len());
        }
        for (object, pairs) in others {
            prop_assert!(object == pairs.iter().cloned().collect::<Object>());
        }
    }
}
