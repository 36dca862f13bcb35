use asl_runtime::asl;

asl!("intrinsic_bad_escape.asl.json");

fn main() {}
