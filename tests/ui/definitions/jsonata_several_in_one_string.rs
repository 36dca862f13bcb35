use asl_runtime::asl;

asl!("jsonata_several_in_one_string.asl.json");

fn main() {}
