use asl_runtime::TaskError;

#[derive(TaskError)]
enum ShopError {
    OutOfStock,
}

fn main() {
    let _ = ShopError::OutOfStock;
}
