use asl_runtime::asl;

asl!("rule_without_next.asl.json");

fn main() {}
