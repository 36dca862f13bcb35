use asl_runtime::asl;

asl!("pattern_with_bad_escape.asl.json");

fn main() {}
