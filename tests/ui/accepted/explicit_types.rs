//! Who writes the associated type writes the whole function; `#[tasks]` is a convenience.

use std::future::{Future, ready};

use asl_runtime::{TaskContext, TaskError, asl, tasks};

asl!("shop.asl.json");

struct Mixed;

#[tasks]
impl shop::Tasks for Mixed {
    type Ship = fn(bool) -> Result<String, TaskError>;

    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    fn ship(&self, paid: bool, _: &TaskContext) -> impl Future<Output = Result<String, TaskError>> + Send {
        ready(Ok(format!("paid: {paid}")))
    }
}

struct ByHand;

impl shop::Tasks for ByHand {
    type Input = u32;
    type CheckPayment = fn(u32) -> Result<bool, TaskError>;
    type Ship = fn() -> Result<String, TaskError>;

    async fn check_payment(&self, order: u32, _: &TaskContext) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&self, _: (), _: &TaskContext) -> Result<String, TaskError> {
        Ok("shipped".to_owned())
    }
}

#[tokio::test]
async fn run() {
    let done: String = shop::run(&Mixed, &7).await.unwrap();
    assert_eq!(done, "paid: true");
    let done: String = shop::run(&ByHand, &7).await.unwrap();
    assert_eq!(done, "shipped");
}
