use asl_runtime::asl;

asl!("jsonata_transform_without_braces.asl.json");

fn main() {}
