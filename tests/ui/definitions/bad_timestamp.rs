use asl_runtime::asl;

asl!("bad_timestamp.asl.json");

fn main() {}
