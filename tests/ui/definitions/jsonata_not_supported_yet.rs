use asl_runtime::asl;

asl!("jsonata_not_supported_yet.asl.json");

fn main() {}
