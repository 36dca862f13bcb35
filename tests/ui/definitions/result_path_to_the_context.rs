use asl_runtime::asl;

asl!("result_path_to_the_context.asl.json");

fn main() {}
