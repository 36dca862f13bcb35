use asl_runtime::asl;

asl!("states_all_not_alone.asl.json");

fn main() {}
