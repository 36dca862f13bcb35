use asl_runtime::asl;

asl!("no_terminal_state.asl.json");

fn main() {}
