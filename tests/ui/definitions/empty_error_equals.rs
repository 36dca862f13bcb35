use asl_runtime::asl;

asl!("empty_error_equals.asl.json");

fn main() {}
