use asl_runtime::asl;

asl!("item_selector_and_parameters.asl.json");

fn main() {}
