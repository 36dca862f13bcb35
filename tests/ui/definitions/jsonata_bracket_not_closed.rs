use asl_runtime::asl;

asl!("jsonata_bracket_not_closed.asl.json");

fn main() {}
