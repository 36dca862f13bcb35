use asl_runtime::asl;

asl!("jitter_strategy.asl.json");

fn main() {}
