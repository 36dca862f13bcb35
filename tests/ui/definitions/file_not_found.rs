use asl_runtime::asl;

asl!("file_not_fond.asl.json");

fn main() {}
