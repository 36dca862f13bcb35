use asl_runtime::asl;

asl!("unknown_type.asl.json");

fn main() {}
