use asl_runtime::asl;

asl!("query_language_of_a_branch.asl.json");

fn main() {}
