use asl_runtime::asl;

asl!("jsonata_result_in_a_catcher.asl.json");

fn main() {}
