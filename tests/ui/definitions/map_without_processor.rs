use asl_runtime::asl;

asl!("map_without_processor.asl.json");

fn main() {}
