use asl_runtime::asl;

asl!("jsonata_escaped_quotes.asl.json");

fn main() {}
