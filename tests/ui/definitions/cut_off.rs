use asl_runtime::asl;

asl!("cut_off.asl.json");

fn main() {}
