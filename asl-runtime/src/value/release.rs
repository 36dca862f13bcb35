//! Dropping deep documents without a deep stack.

use std::cell::Cell;

use super::Value;

/// Up to here, documents are dropped by recursion, which is faster than to keep a list.
const MAX_RECURSION: u32 = 64;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Drops what an array or object holds. `empty` drops it where it is, `take` moves it out.
pub(super) fn release<C: ?Sized>(children: &mut C, empty: fn(&mut C), take: fn(&mut C, &mut Vec<Value>)) {
    let depth = DEPTH.get();
    if depth < MAX_RECURSION {
        DEPTH.set(depth + 1);
        empty(children);
        DEPTH.set(depth);
        return;
    }
    let mut pending = Vec::new();
    take(children, &mut pending);
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(array) => array.take_if_last(&mut pending),
            Value::Object(object) => object.take_if_last(&mut pending),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn nested(depth: usize) -> Value {
        (0..depth).fold(json!("innermost"), |value, level| {
            if level % 2 == 0 {
                json!([1, value])
            } else {
                json!({ "a": value, "b": 2 })
            }
        })
    }

    fn in_small_stack(kilobytes: usize, test: fn()) {
        std::thread::Builder::new()
            .stack_size(kilobytes << 10)
            .spawn(test)
            .unwrap()
            .join()
            .unwrap();
    }

    #[test]
    fn a_document_of_any_depth_can_be_dropped() {
        in_small_stack(256, || {
            let value = nested(1_000_000);
            let inner = value["a"][1].clone();
            drop(value);
            assert_eq!(inner["a"][0], 1);
        });
    }

    #[test]
    fn a_document_as_deep_as_text_may_be_is_no_danger() {
        in_small_stack(768, || {
            let value = nested(Value::MAX_DEPTH as usize);
            assert_eq!(value.measure().depth, Value::MAX_DEPTH);
            let text = value.to_string();
            assert_eq!(text.len(), value.measure().bytes);
            let copy = Value::from_json(&text).unwrap();
            assert_eq!(copy, value);
            assert!(!copy.as_object().unwrap().ptr_eq(value.as_object().unwrap()));
        });
    }

    #[test]
    fn nor_is_it_on_its_way_through_serde() {
        in_small_stack(768, || {
            let value = nested(Value::MAX_DEPTH as usize);
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(text, value.to_string());
            let json: serde_json::Value = value.decode().unwrap();
            assert_eq!(Value::encode(&json).unwrap(), value);
            assert_eq!(serde_json::Value::from(&value), json);
            assert_eq!(Value::from(json), value);
            assert!(format!("{value:#}").len() > text.len());
            let hash = |value: &Value| {
                use std::hash::{DefaultHasher, Hash, Hasher};
                let mut hasher = DefaultHasher::new();
                value.hash(&mut hasher);
                hasher.finish()
            };
            assert_eq!(hash(&value), hash(&Value::from_json(&text).unwrap()));
        });
    }
}
