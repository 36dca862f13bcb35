use asl_runtime::asl;

asl!("query_language.asl.json");

fn main() {}
