use asl_runtime::asl;

asl!("not_an_object.asl.json");

fn main() {}
