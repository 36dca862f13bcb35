use asl_runtime::asl;

asl!("operand_of_wrong_type.asl.json");

fn main() {}
