use asl_runtime::asl;

asl!("branches_empty.asl.json");

fn main() {}
