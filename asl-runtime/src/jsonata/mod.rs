//! JSONata at run time: what compiled expressions call.
//!
//! The compiler turns each expression into Rust that works on [`Data`]. Here is what that code calls: paths, operators,
//! constructors, functions. The language is JSONata 2.0.6 as
//! [Step Functions has it](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

mod apply;
mod constant;
mod data;
mod depth;
mod direct;
mod elements;
mod error;
pub mod functions;
mod gather;
mod group;
mod item;
mod names;
mod number_text;
mod operand;
mod operators;
mod path;
mod query;
mod record;
pub mod regex;
mod release;
mod sequence;
pub mod signature;
mod sort;
mod stringify;
#[cfg(test)]
mod tests;
mod transform;
mod truth;
mod tuples;
mod work;

pub use apply::{arguments, assign, hint, lambda, partial, pipe, read};
pub use constant::Constant;
pub use data::{Body, Data, Function, List, Marks, Record, Run, float, integer, text};
pub use direct::{Fold, Inline, map, map_raw, reduce, reduce_raw, select, select_raw};
pub use elements::Elements;
pub use error::{Error, NotJson};
pub use gather::{Gather, Items};
pub use group::{Pair, group_by, grouped, object};
pub use item::Item;
pub use names::{name, names, names_of};
pub use operand::{Operand, field, fields, fields_of, operand};
pub use operators::{
    add, concatenate, divide, equal, greater, greater_or_equal, is_in, less, less_or_equal, modulo, multiply,
    negate, not_equal, subtract,
};
pub use path::{Step, Steps, context, descendants, filter, nth, outermost, wildcard};
pub use query::{Environment, Query, Variable};
pub use regex::Regex;
pub use sort::Term;
pub use transform::{Part, transform};
pub use tuples::{Binds, Join, Tuple, TupleStep, Tuples};

/// What a part of an expression gives.
pub type Eval = Result<Data, Error>;

/// The arguments of a call, without those left out at the end. `Data::Undefined` stands for one that gave nothing.
pub type Args = smallvec::SmallVec<[Data; 4]>;
