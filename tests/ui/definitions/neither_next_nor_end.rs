use asl_runtime::asl;

asl!("neither_next_nor_end.asl.json");

fn main() {}
