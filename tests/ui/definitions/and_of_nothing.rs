use asl_runtime::asl;

asl!("and_of_nothing.asl.json");

fn main() {}
