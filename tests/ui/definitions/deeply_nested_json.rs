use asl_runtime::asl;

asl!("deeply_nested_json.asl.json");

fn main() {}
