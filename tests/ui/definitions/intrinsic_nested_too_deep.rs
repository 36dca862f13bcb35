use asl_runtime::asl;

asl!("intrinsic_nested_too_deep.asl.json");

fn main() {}
