use asl_runtime::asl;

asl!("missing_states.asl.json");

fn main() {}
