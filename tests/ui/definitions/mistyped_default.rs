use asl_runtime::asl;

asl!("mistyped_default.asl.json");

fn main() {}
