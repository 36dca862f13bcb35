use asl_runtime::asl;

asl!("retrier_out_of_range.asl.json");

fn main() {}
