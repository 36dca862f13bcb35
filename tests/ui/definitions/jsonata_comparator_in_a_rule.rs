use asl_runtime::asl;

asl!("jsonata_comparator_in_a_rule.asl.json");

fn main() {}
