use asl_runtime::asl;

asl!("state_written_twice.asl.json");

fn main() {}
