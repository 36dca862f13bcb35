use asl_runtime::tasks;

#[tasks]
struct Shop;

fn main() {}
