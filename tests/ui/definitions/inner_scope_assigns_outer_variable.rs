use asl_runtime::asl;

asl!("inner_scope_assigns_outer_variable.asl.json");

fn main() {}
