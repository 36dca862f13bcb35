use asl_runtime::asl;

asl!("state_name_in_two_scopes.asl.json");

fn main() {}
