use asl_runtime::asl;

asl!("two_errors.asl.json");

fn main() {}
