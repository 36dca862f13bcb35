use asl_runtime::asl;

asl!("jsonata_unknown_variable.asl.json");

fn main() {}
