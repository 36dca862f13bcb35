use asl_runtime::asl;

asl!("states_all_not_last.asl.json");

fn main() {}
