use asl_runtime::asl;

asl!("map_with_two_processors.asl.json");

fn main() {}
