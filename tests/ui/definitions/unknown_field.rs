use asl_runtime::asl;

asl!("unknown_field.asl.json");

fn main() {}
