use asl_runtime::asl;

asl!("jsonata_resource_is_an_expression.asl.json");

fn main() {}
