//! JSONata: the text of an expression to its tree.
//!
//! The language is [JSONata](https://docs.jsonata.org/) 2.0.6 as
//! [Step Functions has it](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

pub mod tree;
