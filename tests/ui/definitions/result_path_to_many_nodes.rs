use asl_runtime::asl;

asl!("result_path_to_many_nodes.asl.json");

fn main() {}
