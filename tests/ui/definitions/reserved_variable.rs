use asl_runtime::asl;

asl!("reserved_variable.asl.json");

fn main() {}
