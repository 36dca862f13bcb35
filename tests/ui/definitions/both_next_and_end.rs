use asl_runtime::asl;

asl!("both_next_and_end.asl.json");

fn main() {}
