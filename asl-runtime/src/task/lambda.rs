//! `lambda:invoke`: the function of such a Task state is the Lambda itself.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
};

use crate::{
    Value,
    machine::TaskInput,
    value::{array, object},
};

/// What the Lambda gets: the `Payload` of the state's parameters.
pub fn payload(parameters: TaskInput) -> TaskInput {
    parameters
        .into_member("Payload")
        .unwrap_or_else(|| object([]).into())
}

/// What the state gets for the Lambda's answer: the response of the service's `Invoke`.
pub fn in_envelope(payload: Value) -> Value {
    let request_id = request_id();
    let content_length = payload.measure().bytes.to_string();
    let headers = |wrap: fn(Value) -> Value| {
        object([
            ("X-Amz-Executed-Version", wrap("$LATEST".into())),
            ("x-amzn-RequestId", wrap(request_id.as_str().into())),
            ("Content-Length", wrap(content_length.as_str().into())),
            ("Content-Type", wrap("application/json".into())),
        ])
    };
    object([
        ("ExecutedVersion", "$LATEST".into()),
        ("Payload", payload),
        (
            "SdkHttpMetadata",
            object([
                ("AllHttpHeaders", headers(|header| array([header]))),
                ("HttpHeaders", headers(|header| header)),
                ("HttpStatusCode", 200.into()),
            ]),
        ),
        (
            "SdkResponseMetadata",
            object([("RequestId", request_id.as_str().into())]),
        ),
        ("StatusCode", 200.into()),
    ])
}

/// An identifier in the form of a UUID. It only has to tell requests apart, so the seeds of the standard library's
/// hash maps are random enough.
fn request_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn payload_of_the_parameters() {
        assert_eq!(
            payload(json!({ "FunctionName": "sum", "Payload": [4, 5] }).into()).into_value(),
            json!([4, 5])
        );
        assert_eq!(
            payload(json!({ "FunctionName": "sum" }).into()).into_value(),
            json!({})
        );
        assert_eq!(
            payload(json!({ "FunctionName": "sum", "Payload": null }).into()).into_value(),
            json!(null)
        );
    }

    #[test]
    fn envelope() {
        let result = in_envelope(json!({ "sum": 9 }));
        assert_eq!(result.get("Payload"), Some(&json!({ "sum": 9 })));
        assert_eq!(result.get("StatusCode"), Some(&json!(200)));
        assert_eq!(result.get("ExecutedVersion"), Some(&json!("$LATEST")));
        let headers = result
            .get("SdkHttpMetadata")
            .and_then(|data| data.get("AllHttpHeaders"));
        assert_eq!(
            headers.and_then(|all| all.get("Content-Length")),
            Some(&json!(["9"]))
        );
        let id = result
            .get("SdkResponseMetadata")
            .and_then(|data| data.get("RequestId"));
        assert_eq!(id.and_then(Value::as_str).map(str::len), Some(36));
    }
}
