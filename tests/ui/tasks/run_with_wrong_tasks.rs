use asl_runtime::{ExecutionError, asl};

asl!("shop.asl.json");

struct Shop;

async fn express() -> Result<String, ExecutionError> {
    shop::run(&Shop, &7).await
}

fn main() {
    let _ = express();
}
