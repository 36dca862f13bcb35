//! JSONata at run time: what compiled expressions call.
//!
//! The compiler turns each expression into Rust that works on [`Data`]. Here is what that code calls: paths, operators,
//! constructors, functions. The language is JSONata 2.0.6 as
//! [Step Functions has it](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

mod data;
mod error;
pub mod functions;
mod number_text;
mod query;
mod record;
mod regex;
pub mod signature;
mod stringify;
#[cfg(test)]
mod tests;
mod truth;

pub use data::{Body, Data, Function, Gather, Items, List, Marks, NotJson, Record, Run};
pub use error::Error;
pub use query::{Environment, Query, Variable};
pub use regex::Regex;

/// What a part of an expression gives.
pub type Eval = Result<Data, Error>;

/// The arguments of a call, without those left out at the end. `Data::Undefined` stands for one that gave nothing.
pub type Args = smallvec::SmallVec<[Data; 4]>;
