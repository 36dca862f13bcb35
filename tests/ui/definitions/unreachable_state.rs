use asl_runtime::asl;

asl!("unreachable_state.asl.json");

fn main() {}
