use asl_runtime::asl;

asl!("several_problems.asl.json");

fn main() {}
