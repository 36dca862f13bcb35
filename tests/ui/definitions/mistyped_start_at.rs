use asl_runtime::asl;

asl!("mistyped_start_at.asl.json");

fn main() {}
