use asl_runtime::asl;

asl!("jsonata_argument_of_wrong_type.asl.json");

fn main() {}
