use asl_runtime::asl;

asl!("jsonata_unknown_member_of_states.asl.json");

fn main() {}
