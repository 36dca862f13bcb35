//! A task that does not look at its input.

use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self) -> Result<(), TaskError> {
        Ok(())
    }

    async fn ship(&self) -> Result<&'static str, TaskError> {
        Ok("shipped")
    }
}

#[tokio::test]
async fn runs() {
    let done: String = shop::run(&Shop, &["any", "input"]).await.unwrap();
    assert_eq!(done, "shipped");
}
