use asl_runtime::asl;

asl!("jsonata_single_equals_is_comparison.asl.json");

fn main() {}
