use asl_runtime::asl;

asl!("unknown_field_of_machine.asl.json");

fn main() {}
