use asl_runtime::asl;

asl!("state_name_of_81_characters.asl.json");

fn main() {}
