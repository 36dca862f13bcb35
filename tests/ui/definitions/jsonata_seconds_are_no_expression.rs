use asl_runtime::asl;

asl!("jsonata_seconds_are_no_expression.asl.json");

fn main() {}
