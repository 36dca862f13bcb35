use asl_runtime::asl;

asl!("jsonata_too_many_arguments.asl.json");

fn main() {}
