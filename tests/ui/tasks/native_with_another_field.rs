use asl_runtime::Native;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Native)]
struct Parcel {
    sent: std::time::SystemTime,
}

fn main() {}
