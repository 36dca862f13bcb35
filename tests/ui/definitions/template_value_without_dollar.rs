use asl_runtime::asl;

asl!("template_value_without_dollar.asl.json");

fn main() {}
