//! Intrinsic function calls: `States.Format('{}', $.name)`.

mod check;
mod parse;

pub use parse::parse_intrinsic;

use super::path::Path;

/// A parsed call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// As written.
    pub text: String,
    /// What is called.
    pub function: Function,
    /// Its arguments, checked in number and, where they are literals, in kind.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// `'text'`, without quotes and escapes.
    String(String),
    /// The literal template of `States.Format`: the texts around its `{}`, without escapes.
    Template(Vec<String>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// `$.path`
    Path(Path),
    /// Another call.
    Call(Call),
}

/// Declares the functions with their names and the least and the greatest number of arguments.
macro_rules! functions {
    ($($name:ident $least:literal ..= $most:expr,)*) => {
        /// The intrinsic functions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Function {
            $(#[doc = concat!("`States.", stringify!($name), "`")] $name,)*
        }

        impl Function {
            /// All functions.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name after `States.`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// The least and the greatest number of arguments.
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Self::$name => ($least, $most)),* }
            }
        }
    };
}

functions! {
    Format 1..=usize::MAX,
    StringToJson 1..=1,
    JsonToString 1..=1,
    Array 0..=usize::MAX,
    ArrayPartition 2..=2,
    ArrayContains 2..=2,
    ArrayRange 3..=3,
    ArrayGetItem 2..=2,
    ArrayLength 1..=1,
    ArrayUnique 1..=1,
    Base64Encode 1..=1,
    Base64Decode 1..=1,
    Hash 2..=2,
    JsonMerge 3..=3,
    MathRandom 2..=3,
    MathAdd 2..=2,
    StringSplit 2..=2,
    UUID 0..=0,
}

impl Call {
    /// All paths in the call and in the calls inside it.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let mut paths = Vec::new();
        self.collect_paths(&mut paths);
        paths.into_iter()
    }

    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => paths.push(path),
                Argument::Call(call) => call.collect_paths(paths),
                _ => {}
            }
        }
    }
}
