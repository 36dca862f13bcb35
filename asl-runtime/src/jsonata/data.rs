//! What JSONata computes with: JSON, nothing at all, functions, and arrays that remember how they came about.

use std::rc::Rc;

use smol_str::SmolStr;

use super::{Args, Eval, Query, functions::Builtin, regex::Regex, signature::Signature};
use crate::Value;

/// What a part of an expression gives.
///
/// An evaluation stays on one thread and ends before anything else happens, so functions and lists are shared by `Rc`.
#[derive(Debug, Clone, Default)]
pub enum Data {
    /// Nothing.
    #[default]
    Undefined,
    /// JSON. An array here is plain: from a document, from a constructor, from a function.
    Value(Value),
    /// A number that JSON does not have: an infinity or NaN. To use it is an error (D1001).
    NonFinite(f64),
    /// An array that has marks, or has something in it that is no JSON.
    List(Rc<List>),
    /// An object that has something in it that is no JSON.
    Record(Rc<Record>),
    /// A function, or a regular expression, which is one as well.
    Function(Rc<Function>),
}

/// An array with marks, or with something in it that is no JSON.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Its items, none of them undefined.
    pub items: Vec<Data>,
    /// A result sequence: without items it is nothing, with one it is that item.
    pub sequence: bool,
    /// `[]`: a sequence that stays an array even with one item.
    pub keep_singleton: bool,
    /// Made by a constructor in a path: appended as one item, not spread.
    pub constructed: bool,
}

/// An object with something in it that is no JSON: the match of a regular expression, for example.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Its members in order, none of them undefined.
    pub members: Vec<(SmolStr, Data)>,
}

/// What a closure runs.
pub type Run = Box<dyn Fn(&Query<'_>, &Rc<Function>, Args) -> Eval>;

/// A function.
pub struct Function {
    /// How many arguments it wants: higher-order functions pass no more.
    pub arity: usize,
    /// For messages: `sum`, the variable's name, or `lambda`.
    pub name: SmolStr,
    /// What it does.
    pub body: Body,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

/// What a function does.
pub enum Body {
    /// A built-in function.
    Builtin(&'static Builtin),
    /// A lambda, a partial application, a composition, a transform, the `next` of a match.
    Closure {
        /// Checks the arguments.
        signature: Option<&'static Signature>,
        /// Takes the function itself (so that recursion needs no cycle) and the arguments, checked; those beyond what
        /// was given read as undefined.
        run: Run,
    },
    /// A regular expression.
    Regex(Rc<Regex>),
}
