use asl_runtime::asl;

asl!("choices_empty.asl.json");

fn main() {}
