use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

#[derive(serde::Deserialize)]
struct Parcel<'a> {
    address: &'a str,
}

struct Shop;

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&self, parcel: Parcel<'_>) -> Result<String, TaskError> {
        Ok(parcel.address.to_owned())
    }
}

fn main() {}
