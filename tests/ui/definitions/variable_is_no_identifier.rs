use asl_runtime::asl;

asl!("variable_is_no_identifier.asl.json");

fn main() {}
