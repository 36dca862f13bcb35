//! Arrays and objects that stand in an expression.

use std::sync::OnceLock;

use super::{Data, Operand, work};
use crate::Value;

/// An array or object without anything to evaluate, which is built when it is first needed and shared from then on.
#[derive(Debug)]
pub struct Constant {
    build: fn() -> Data,
    value: OnceLock<Value>,
}

impl Constant {
    /// What `build` gives, which is JSON.
    pub const fn new(build: fn() -> Data) -> Self {
        Self {
            build,
            value: OnceLock::new(),
        }
    }

    /// As data.
    pub fn data(&self) -> Data {
        Data::copy_of(self.value())
    }

    /// As an operand, without a copy.
    pub fn operand(&self) -> Operand<'_> {
        Operand::Field(self.value())
    }

    fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            // What an evaluation may do must not depend on whether it is the first one.
            work::free(|| (self.build)().into_value().unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Elements, *};
    use crate::json;

    #[test]
    fn it_is_built_once_and_at_no_cost() {
        static CONSTANT: Constant = Constant::new(|| {
            let many = (0..1000_i64).map(Data::from).collect();
            Elements::new().all(Data::array(many)).one(true.into()).end()
        });
        work::take();
        work::owe(80);
        let [one, other] = [CONSTANT.data(), CONSTANT.data()].map(Data::into_value);
        assert_eq!(work::take(), 10);
        let (Ok(Value::Array(one)), Ok(Value::Array(other))) = (one, other) else {
            panic!("no arrays")
        };
        assert!(one.ptr_eq(&other));
        assert_eq!((one.len(), one.last()), (1001, Some(&json!(true))));
    }
}
