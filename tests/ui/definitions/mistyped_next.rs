use asl_runtime::asl;

asl!("mistyped_next.asl.json");

fn main() {}
