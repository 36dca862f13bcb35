//! JSONata: the text of an expression to its tree.
//!
//! The language is [JSONata](https://docs.jsonata.org/) 2.0.6 as
//! [Step Functions has it](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
//!
//! ```
//! use asl_compiler::jsonata::{parse, tree::Kind};
//!
//! let tree = parse("$states.input.total > 100").unwrap();
//! assert!(matches!(tree.kind, Kind::Binary(..)));
//!
//! let problem = parse("$states.input.total >").unwrap_err();
//! assert_eq!((problem.code, problem.range), ("S0207", 21..21));
//! ```

mod ancestors;
mod arguments;
mod builtins;
mod check;
mod hints;
mod kinds;
mod lexer;
mod literal;
mod names;
mod operands;
mod parser;
mod part;
mod path;
mod pictures;
mod problem;
pub mod regex;
mod signature;
#[cfg(test)]
mod tests;
pub mod tree;

pub use builtins::{Builtin, builtin, builtins};
pub use check::{Surroundings, check};
pub(crate) use literal::literal;
pub use names::variables;
pub(crate) use names::{bound_in_frame, each_child};
pub use parser::{MAX_DEPTH, parse};
pub use problem::Problem;
