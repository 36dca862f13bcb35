use asl_runtime::asl;

asl!("jsonata_path_of_jsonpath.asl.json");

fn main() {}
