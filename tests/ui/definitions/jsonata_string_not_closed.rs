use asl_runtime::asl;

asl!("jsonata_string_not_closed.asl.json");

fn main() {}
