use asl_runtime::asl;

asl!("jsonata_not_closed.asl.json");

fn main() {}
