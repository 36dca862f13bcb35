use asl_runtime::asl;

asl!("jsonata_context_variable.asl.json");

fn main() {}
