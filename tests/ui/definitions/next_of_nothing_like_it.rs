use asl_runtime::asl;

asl!("next_of_nothing_like_it.asl.json");

fn main() {}
