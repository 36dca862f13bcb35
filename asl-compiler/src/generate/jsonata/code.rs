//! Rust expressions, by what they give.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

/// A Rust expression.
#[derive(Debug, Clone)]
pub enum Code {
    /// Gives `Data`.
    Data(TokenStream),
    /// Gives `Result<Data, Error>`.
    Eval(TokenStream),
    /// Gives `bool`.
    Bool(TokenStream),
    /// Gives `&Data`.
    Place(TokenStream),
    /// Gives `Item`.
    Item(TokenStream),
    /// A field, a variable of the workflow, a part of `$states`, or a constant.
    Field {
        /// Gives `Data`.
        data: TokenStream,
        /// Gives `Operand`, for which the field is not copied.
        operand: TokenStream,
    },
}

impl Code {
    /// Of an `Option<&Value>`, which is nothing where there is none.
    pub fn option(code: TokenStream) -> Self {
        Self::Field {
            data: quote!(j::Data::from(#code)),
            operand: quote!(j::operand(#code)),
        }
    }

    /// As `Data`.
    pub fn data(self) -> TokenStream {
        match self {
            Self::Data(code) | Self::Field { data: code, .. } => code,
            Self::Eval(code) => {
                let code = operand(code);
                quote!(#code?)
            }
            Self::Bool(code) => quote!(j::Data::from(#code)),
            Self::Place(code) => {
                let code = place(code);
                quote!(#code.clone())
            }
            Self::Item(code) => quote!(#code.to_data()),
        }
    }

    /// As `Result<Data, Error>`.
    pub fn eval(self) -> TokenStream {
        match self {
            Self::Eval(code) => code,
            other => {
                let code = other.data();
                quote!(Ok(#code))
            }
        }
    }

    /// As `&Data`, for an argument of a call.
    pub fn reference(self) -> TokenStream {
        match self {
            Self::Place(code) => code,
            other => {
                let code = other.data();
                quote!(&#code)
            }
        }
    }

    /// As something that becomes an `Item`.
    pub fn item(self) -> TokenStream {
        match self {
            Self::Item(code) => code,
            Self::Field { operand, .. } => quote!(&#operand),
            other => other.reference(),
        }
    }

    /// As an operand of an operator.
    pub fn operand(self) -> TokenStream {
        match self {
            Self::Field { operand, .. } => operand,
            other => other.item(),
        }
    }

    /// As `Operand`, where nothing converts it.
    pub fn part(self) -> TokenStream {
        match self {
            Self::Field { operand, .. } => operand,
            other => {
                let code = other.item();
                quote!(j::operand(#code))
            }
        }
    }

    /// As `bool`: whether it counts as true.
    pub fn condition(self) -> TokenStream {
        match self {
            Self::Bool(code) => code,
            Self::Place(code) => {
                let code = place(code);
                quote!(#code.truthy()?)
            }
            Self::Item(code) => quote!(#code.truthy()?),
            Self::Field { operand: code, .. } => {
                let code = operand(code);
                quote!(#code.truthy()?)
            }
            other => {
                let code = operand(other.data());
                quote!(#code.truthy()?)
            }
        }
    }
}

/// As something that a method can be called on: a block or `if` gets parentheses.
pub fn operand(code: TokenStream) -> TokenStream {
    let is_block = match code.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(ident)) => ident == "if",
        _ => false,
    };
    match is_block {
        true => quote!((#code)),
        false => code,
    }
}

/// The same of a reference: `&x` is `x`.
fn place(code: TokenStream) -> TokenStream {
    let mut tokens = code.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => tokens.collect(),
        _ => code,
    }
}
