use asl_runtime::asl;

asl!("retrier_without_errors.asl.json");

fn main() {}
