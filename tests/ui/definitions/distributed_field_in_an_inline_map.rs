use asl_runtime::asl;

asl!("distributed_field_in_an_inline_map.asl.json");

fn main() {}
