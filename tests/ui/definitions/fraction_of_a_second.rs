use asl_runtime::asl;

asl!("fraction_of_a_second.asl.json");

fn main() {}
