use asl_runtime::asl;

asl!("duplicate_key.asl.json");

fn main() {}
