//! Tasks over what a test puts in the place of a database.

use asl_runtime::{TaskError, asl, tasks};
use serde::{Serialize, de::DeserializeOwned};

asl!(pub(crate) mod workflow = "shop.asl.json");

trait Payments: Send + Sync {
    fn paid(&self, order: u32) -> bool;
}

struct Fake;

impl Payments for Fake {
    fn paid(&self, order: u32) -> bool {
        order > 0
    }
}

struct Shop<P, L>
where
    L: Default,
{
    payments: P,
    label: std::marker::PhantomData<fn() -> L>,
}

#[tasks]
impl<P: Payments, L> workflow::Tasks for Shop<P, L>
where
    L: Default + Serialize + DeserializeOwned + Send,
{
    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(self.payments.paid(order))
    }

    async fn ship(&self, paid: bool) -> Result<Option<L>, TaskError> {
        Ok(paid.then(L::default))
    }
}

#[tokio::test]
async fn runs() {
    let shop = Shop::<_, String> {
        payments: Fake,
        label: std::marker::PhantomData,
    };
    let label: Option<String> = workflow::run(&shop, &7).await.unwrap();
    assert_eq!(label.as_deref(), Some(""));
    let label: Option<String> = workflow::run(&shop, &0).await.unwrap();
    assert_eq!(label, None);
}
