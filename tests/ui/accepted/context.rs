//! A task may look at its context, with its input or without.

use asl_runtime::{TaskContext, TaskError, asl, tasks};

asl!("shop.asl.json");

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, context: &TaskContext) -> Result<u32, TaskError> {
        Ok(context.attempt())
    }

    async fn ship(&self, attempt: u32, context: &TaskContext) -> Result<(u32, u32), TaskError> {
        Ok((attempt, context.attempt()))
    }
}

#[tokio::test]
async fn runs() {
    let attempts: (u32, u32) = shop::run(&Shop, "order 7").await.unwrap();
    assert_eq!(attempts, (1, 1));
}
