use asl_runtime::asl;

asl!("bad_path.asl.json", deny(warnings));

fn main() {}
