use asl_runtime::asl;

asl!(order);

fn main() {}
