use asl_runtime::asl;

asl!("single_quotes.asl.json");

fn main() {}
