use asl_runtime::asl;

asl!("parallel_without_branches.asl.json");

fn main() {}
