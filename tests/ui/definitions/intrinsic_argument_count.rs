use asl_runtime::asl;

asl!("intrinsic_argument_count.asl.json");

fn main() {}
