use asl_runtime::asl;

asl!("next_out_of_scope.asl.json");

fn main() {}
