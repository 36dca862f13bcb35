use asl_runtime::asl;

asl!("jsonata_result_in_arguments.asl.json");

fn main() {}
