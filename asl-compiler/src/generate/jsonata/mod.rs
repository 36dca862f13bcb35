//! JSONata expressions as Rust.
//!
//! Each expression becomes one Rust expression of type `j::Eval`, made of calls of the runtime's functions that are
//! not generic, so that rustc has little to do for it. It has `q` (the evaluation) and `it` (the context) in scope, and
//! `j` is the runtime's module. Steps, predicates and keys are closures over the item.
//!
//! ```text
//! $states.input.order.total > 100
//! j::greater(j::fields_of(q.input(), &["order", "total"]), &j::integer(100))
//!
//! $sum($states.input.items.(price * qty))
//! q.builtin(&j::functions::SUM, &j::Data::Undefined, [
//!     j::Steps::at(q, q.input(), &["items"])
//!         .last(&|it| j::multiply(j::field(it, "price"), j::field(it, "qty")))?
//!         .end(),
//! ])
//! ```
//!
//! Variables of the expression are resolved here: most are Rust's `let`s. What is assigned where a closure stands in
//! between, or read by a function that is made before the assignment, is shared (`variables.rs`).

mod block;
mod call;
mod code;
mod constructors;
mod known;
mod node;
mod path;
mod regex;
mod scope;
#[cfg(test)]
mod tests;
mod tuples;
mod variables;

use proc_macro2::TokenStream;

pub use known::fields;

use crate::jsonata::tree::Node;
use scope::Generator;

/// What an expression can refer to besides its own variables.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// The variables around it; their places are their slots.
    pub variables: &'a [String],
    /// Whether `$states` is there, and the expression has no context, as in Step Functions. Otherwise it starts at a
    /// document, as in tests of the language.
    pub states: bool,
}

impl Names<'_> {
    /// The slot of a workflow variable.
    fn slot(self, name: &str) -> Option<usize> {
        self.variables.iter().position(|known| known == name)
    }
}

/// The Rust of an expression: of type `j::Eval`, with `q: &j::Query<'_>`, `it: j::Item<'_>` and `j` in scope. In a
/// machine it does without `it`.
pub fn expression(node: &Node, names: Names<'_>) -> TokenStream {
    let mut generator = Generator::new(names);
    let code = generator.framed(&[], std::slice::from_ref(node), Generator::node);
    code.eval()
}

/// The same as a function, of which rustc need not know more than its type: `fn name(q, it) -> j::Eval`.
pub fn function(name: &proc_macro2::Ident, node: &Node, names: Names<'_>) -> TokenStream {
    let body = expression(node, names);
    quote::quote! {
        pub fn #name(q: &j::Query<'_>, it: j::Item<'_>) -> j::Eval {
            #body
        }
    }
}
