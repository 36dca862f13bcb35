use asl_runtime::asl;

asl!("catcher_without_next.asl.json");

fn main() {}
