use asl_runtime::{TaskError, asl, tasks};

asl!("shop.asl.json");

struct Shop {
    shipped: u32,
}

#[tasks]
impl shop::Tasks for Shop {
    async fn check_payment(&self, order: u32) -> Result<bool, TaskError> {
        Ok(order > 0)
    }

    async fn ship(&mut self, paid: bool) -> Result<String, TaskError> {
        self.shipped += 1;
        Ok(format!("paid: {paid}"))
    }
}

fn main() {}
