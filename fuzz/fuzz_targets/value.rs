//! JSON reads as a value that writes as JSON of the same value, of the length that it says.

#![no_main]

use asl_runtime::Value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(value) = Value::from_json(text) else { return };
    let written = value.to_string();
    assert_eq!(value.measure().bytes, written.len());
    match Value::from_json(&written) {
        Ok(again) => assert_eq!(again, value),
        Err(error) => panic!("{written} does not read: {error}"),
    }
});
