use asl_runtime::asl;

asl!("rule_without_comparator.asl.json");

fn main() {}
