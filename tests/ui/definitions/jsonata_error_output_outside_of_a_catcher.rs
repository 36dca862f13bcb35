use asl_runtime::asl;

asl!("jsonata_error_output_outside_of_a_catcher.asl.json");

fn main() {}
