use asl_runtime::asl;

asl!("wait_for_two_things.asl.json");

fn main() {}
