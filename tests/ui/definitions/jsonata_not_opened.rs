use asl_runtime::asl;

asl!("jsonata_not_opened.asl.json");

fn main() {}
