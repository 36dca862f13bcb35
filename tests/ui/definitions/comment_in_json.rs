use asl_runtime::asl;

asl!("comment_in_json.asl.json");

fn main() {}
