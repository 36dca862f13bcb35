use asl_runtime::asl;

asl!("jsonata_placeholder.asl.json");

fn main() {}
