use asl_runtime::asl;

asl!("field_of_another_state_type.asl.json");

fn main() {}
