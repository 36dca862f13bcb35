use asl_runtime::asl;

asl!("choice_without_choices.asl.json");

fn main() {}
