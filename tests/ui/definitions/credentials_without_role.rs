use asl_runtime::asl;

asl!("credentials_without_role.asl.json");

fn main() {}
