use asl_runtime::asl;

asl!("path_without_dollar.asl.json");

fn main() {}
