use asl_runtime::asl;

asl!("jsonata_empty.asl.json");

fn main() {}
