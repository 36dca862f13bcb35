use asl_runtime::asl;

asl!("jsonata_variable_of_a_distributed_map.asl.json");

fn main() {}
