use asl_runtime::asl;

asl!("timeout_out_of_range.asl.json");

fn main() {}
