//! What may be the error of a task.

use std::fmt;

use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

#[derive(TaskError)]
enum PaymentError {
    #[asl(cause = "the card was declined")]
    Declined,
    #[asl(name = "Payment.Busy", cause = "try later")]
    Busy {},
}

/// A struct is an error with one name: its own.
#[derive(TaskError)]
struct OutOfStock(u32);

impl fmt::Display for OutOfStock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} left", self.0)
    }
}

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<u32, PaymentError> {
        match order {
            0 => Err(PaymentError::Declined),
            1 => Err(PaymentError::Busy {}),
            _ => Ok(order),
        }
    }

    async fn ship(&self, order: u32) -> Result<u32, OutOfStock> {
        if order > 2 { Err(OutOfStock(2)) } else { Ok(order) }
    }
}

#[tokio::test]
async fn have_name_and_cause() {
    for (order, error, cause) in [
        (0, "Declined", "the card was declined"),
        (1, "Payment.Busy", "try later"),
        (3, "OutOfStock", "2 left"),
    ] {
        let failed = shop::run::<_, u32>(&Shop, &order).await.unwrap_err();
        assert_eq!((failed.error(), failed.cause()), (Some(error), Some(cause)));
    }
    assert_eq!(shop::run::<_, u32>(&Shop, &2).await.unwrap(), 2);
}
