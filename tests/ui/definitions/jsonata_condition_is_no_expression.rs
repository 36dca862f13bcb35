use asl_runtime::asl;

asl!("jsonata_condition_is_no_expression.asl.json");

fn main() {}
