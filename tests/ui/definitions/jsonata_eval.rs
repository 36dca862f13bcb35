use asl_runtime::asl;

asl!("jsonata_eval.asl.json");

fn main() {}
