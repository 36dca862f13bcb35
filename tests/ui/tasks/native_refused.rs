use asl_runtime::Native;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Native)]
struct Generic<T> {
    inner: T,
}

#[derive(Clone, Serialize, Deserialize, Native)]
struct Tuple(u8, u8);

#[derive(Clone, Serialize, Deserialize, Native)]
struct Flattened {
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, u8>,
}

#[derive(Clone, Serialize, Deserialize, Native)]
#[serde(tag = "type")]
enum Tagged {
    One,
}

#[derive(Clone, Serialize, Deserialize, Native)]
enum WithData {
    One(u8),
}

#[derive(Clone, Serialize, Deserialize, Native)]
struct LeftOut {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list: Vec<u8>,
}

#[derive(Clone, Serialize, Deserialize, Native)]
struct TwoNames {
    #[serde(rename(serialize = "a"))]
    b: u8,
}

fn main() {}
