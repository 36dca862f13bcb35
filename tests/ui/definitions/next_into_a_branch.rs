use asl_runtime::asl;

asl!("next_into_a_branch.asl.json");

fn main() {}
