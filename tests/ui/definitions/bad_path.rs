use asl_runtime::asl;

asl!("bad_path.asl.json");

fn main() {}
