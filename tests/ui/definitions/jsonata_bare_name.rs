use asl_runtime::asl;

asl!("jsonata_bare_name.asl.json");

fn main() {}
