use asl_runtime::asl;

asl!("not_json.asl.json");

fn main() {}
