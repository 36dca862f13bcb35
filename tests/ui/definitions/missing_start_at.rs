use asl_runtime::asl;

asl!("missing_start_at.asl.json");

fn main() {}
