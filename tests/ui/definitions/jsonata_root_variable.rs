use asl_runtime::asl;

asl!("jsonata_root_variable.asl.json");

fn main() {}
