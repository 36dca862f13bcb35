use asl_runtime::asl;

asl!("jsonata_coalescing_operator.asl.json");

fn main() {}
