use asl_runtime::asl;

asl!("jsonata_unknown_function.asl.json");

fn main() {}
