use asl_runtime::asl;

asl!("two_timeouts.asl.json");

fn main() {}
