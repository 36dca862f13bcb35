use asl_runtime::asl;

asl!("intrinsic_not_closed.asl.json");

fn main() {}
