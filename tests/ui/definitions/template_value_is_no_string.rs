use asl_runtime::asl;

asl!("template_value_is_no_string.asl.json");

fn main() {}
