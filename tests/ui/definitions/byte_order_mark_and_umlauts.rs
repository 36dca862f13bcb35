use asl_runtime::asl;

asl!("byte_order_mark_and_umlauts.asl.json");

fn main() {}
