use asl_runtime::asl;

asl!("heartbeat_not_below_timeout.asl.json");

fn main() {}
