use asl_runtime::asl;

asl!("unknown_intrinsic.asl.json");

fn main() {}
