use asl_runtime::asl;

asl!("distributed_map_not_supported_yet.asl.json");

fn main() {}
