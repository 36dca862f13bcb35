use asl_runtime::asl;

asl!("missing_resource.asl.json");

fn main() {}
