use asl_runtime::TaskError;

#[derive(TaskError)]
enum ShopError {
    #[asl(named = "Stock.Short", cause = "sold out")]
    OutOfStock,
}

fn main() {
    let _ = ShopError::OutOfStock;
}
