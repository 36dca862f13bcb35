use asl_runtime::asl;

asl!("mistyped_comparator.asl.json");

fn main() {}
