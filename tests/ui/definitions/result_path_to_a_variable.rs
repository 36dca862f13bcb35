use asl_runtime::asl;

asl!("result_path_to_a_variable.asl.json");

fn main() {}
