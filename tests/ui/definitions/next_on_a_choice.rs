use asl_runtime::asl;

asl!("next_on_a_choice.asl.json");

fn main() {}
