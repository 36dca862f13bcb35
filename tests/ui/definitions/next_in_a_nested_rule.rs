use asl_runtime::asl;

asl!("next_in_a_nested_rule.asl.json");

fn main() {}
