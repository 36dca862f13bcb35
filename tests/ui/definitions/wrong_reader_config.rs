use asl_runtime::asl;

asl!("wrong_reader_config.asl.json");

fn main() {}
