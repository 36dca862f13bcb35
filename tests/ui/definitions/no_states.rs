use asl_runtime::asl;

asl!("no_states.asl.json");

fn main() {}
