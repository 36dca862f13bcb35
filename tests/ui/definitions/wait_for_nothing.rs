use asl_runtime::asl;

asl!("wait_for_nothing.asl.json");

fn main() {}
