use asl_runtime::asl;

asl!("rule_without_variable.asl.json");

fn main() {}
