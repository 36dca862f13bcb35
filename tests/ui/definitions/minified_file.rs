use asl_runtime::asl;

asl!("minified_file.asl.json");

fn main() {}
