use asl_runtime::asl;

asl!("rule_with_two_comparators.asl.json");

fn main() {}
