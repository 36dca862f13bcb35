use asl_runtime::TaskError;

#[derive(TaskError)]
union ShopError {
    code: u32,
}

fn main() {}
