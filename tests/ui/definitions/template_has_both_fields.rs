use asl_runtime::asl;

asl!("template_has_both_fields.asl.json");

fn main() {}
