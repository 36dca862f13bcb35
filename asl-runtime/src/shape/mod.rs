//! How types look as JSON, so that mistakes in the flow of data are compile errors.
//!
//! A type takes part with `#[derive(Shape)]`, which reads its `serde` attributes. Where `#[tasks]` stands, all types of a
//! machine's tasks are known, and rustc checks every path and every payload of the definition against them while it
//! evaluates constants. A type without a shape is any JSON, and is not checked.

mod check;
mod fits;
mod flow;
mod form;
mod found;
mod judge;
mod misfit;
mod nearest;
mod probe;
mod quote;
mod report;
mod standard;
mod text;
mod unknown;
mod words;

#[doc(hidden)]
pub use crate::__check_tasks as check_tasks;

#[doc(hidden)]
pub use flow::build;
#[doc(hidden)]
pub use flow::{Flow, Known, Member, Node, NodeId, Rule, TaskForms};
pub use form::{Field, Form, Key, Object};
#[doc(hidden)]
pub use found::Found;
#[doc(hidden)]
pub use judge::Judge;
#[doc(hidden)]
pub use probe::{AnyForm, AnyReturned, Probe, Returned};
#[doc(hidden)]
pub use report::fail;
#[doc(hidden)]
pub use text::Text;

/// How values of a type look as JSON, for types with `serde::Serialize` or `serde::Deserialize`.
///
/// `#[derive(Shape)]` implements it. By hand:
///
/// ```
/// use asl_runtime::shape::{Field, Form, Object, Shape};
///
/// struct Amount(f64);
///
/// // Written as `{"value": 9.5, "currency": "EUR"}`, and read from a number.
/// impl Shape for Amount {
///     const OUTPUT: &'static Form = &Form::Object(Object::new(
///         "Amount",
///         &[Field::new("value", f64::OUTPUT), Field::new("currency", &Form::Words(&["EUR"]))],
///     ));
///     const INPUT: &'static Form = &Form::Number;
/// }
/// ```
pub trait Shape {
    /// How a value is written by `serde::Serialize`.
    const OUTPUT: &'static Form;
    /// What a value can be read from by `serde::Deserialize`.
    const INPUT: &'static Form;
}
