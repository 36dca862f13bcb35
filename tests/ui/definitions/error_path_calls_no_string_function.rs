use asl_runtime::asl;

asl!("error_path_calls_no_string_function.asl.json");

fn main() {}
