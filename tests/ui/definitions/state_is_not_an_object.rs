use asl_runtime::asl;

asl!("state_is_not_an_object.asl.json");

fn main() {}
