use asl_runtime::asl;

asl!("jsonata_regex_not_closed.asl.json");

fn main() {}
