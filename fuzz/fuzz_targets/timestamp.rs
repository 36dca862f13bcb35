//! The timestamps that the compiler takes are those that the runtime takes, and mean the same instants.

#![no_main]

use asl_compiler::syntax::timestamp::parse_timestamp;
use asl_runtime::Value;
use asl_runtime::choice::{Order, is_timestamp, timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let value = Value::from(text);
    match parse_timestamp(text) {
        Some(instant) => assert!(timestamp(&value, Order::Equal, instant), "another instant at run time"),
        None => assert!(!is_timestamp(&value), "a timestamp at run time only"),
    }
});
