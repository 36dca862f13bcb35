use asl_runtime::asl;

asl!("empty_file.asl.json");

fn main() {}
