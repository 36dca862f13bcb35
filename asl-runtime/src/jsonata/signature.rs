//! Signatures of functions, and the check of arguments against them.

/// The signature of a function: `<a<s>n?:s>`.
#[derive(Debug)]
pub struct Signature {
    /// Its parameters.
    pub parameters: &'static [Parameter],
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    /// The types that it takes, one letter each of `bnslaof`; `x` for anything.
    pub types: &'static str,
    /// As written: `s`, `(sf)`, `a<s>`.
    pub text: &'static str,
    /// `?`: may be left out.
    pub optional: bool,
    /// `-`: the context when left out.
    pub context: bool,
    /// `+`: one or more.
    pub repeated: bool,
    /// `a<s>`: the type letter of the elements.
    pub elements: Option<char>,
}
