use asl_runtime::asl;

asl!("jsonata_elvis_operator.asl.json");

fn main() {}
