use asl_runtime::asl;

asl!("wrong_type_of_field.asl.json");

fn main() {}
