use asl_runtime::asl;

asl!("mistyped_catch.asl.json");

fn main() {}
