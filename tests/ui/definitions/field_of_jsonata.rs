use asl_runtime::asl;

asl!("field_of_jsonata.asl.json");

fn main() {}
