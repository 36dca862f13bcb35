use asl_runtime::asl;

asl!("missing_type.asl.json");

fn main() {}
