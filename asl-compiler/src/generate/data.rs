//! Where a state's data comes from and goes to: the expressions and statements that the state functions are made of.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::paths::Paths;
use crate::ir::{ResultPath, Select};

/// An expression for a JSON value in generated code, by what it takes to own or borrow the value.
#[derive(Debug, Clone)]
pub enum Data {
    /// The state's raw input, in `cx`.
    RawInput,
    /// A variable that is a reference.
    Reference(TokenStream),
    /// An expression that gives an own value.
    Owned(TokenStream),
}

impl Data {
    /// An expression that takes the value: the last use of the raw input.
    pub fn take(&self) -> TokenStream {
        match self {
            Self::RawInput => quote!(cx.take_input()),
            Self::Reference(name) => quote!(#name.clone()),
            Self::Owned(expression) => expression.clone(),
        }
    }

    /// An expression that gives a copy, which costs nothing: the state may be tried again and need its input.
    pub fn copy(&self) -> TokenStream {
        match self {
            Self::RawInput => quote!(cx.input.clone()),
            other => other.take(),
        }
    }

    /// An expression of type `&Value`.
    pub fn borrow(&self) -> TokenStream {
        match self {
            Self::RawInput => quote!(cx.input),
            Self::Reference(name) => name.clone(),
            Self::Owned(expression) => quote!(&#expression),
        }
    }
}

/// Statements, and the value that they lead to.
#[derive(Debug, Clone)]
pub struct Flow {
    /// To stand before any use of the value.
    pub statements: TokenStream,
    /// The value.
    pub data: Data,
}

/// The state's input after `InputPath`, which [`select_input`] applies.
pub fn input(input_path: Option<&Select>) -> Data {
    match input_path {
        None => Data::RawInput,
        Some(Select::Empty | Select::Path(_)) => Data::Reference(quote!(input)),
    }
}

/// Puts the selection of `InputPath` before code that may use it. It is made in any case: the path may lead nowhere.
pub fn select_input(input_path: Option<&Select>, paths: &Paths<'_>, code: TokenStream) -> TokenStream {
    let input = match input_path {
        None => return code,
        Some(Select::Empty) => quote!(cx.no_input()),
        Some(Select::Path(path)) => {
            let path = paths.path(path);
            quote!(cx.input_path(&#path)?)
        }
    };
    if mentions(&code, "input") {
        quote!(let input = &#input; #code)
    } else {
        quote!(#input; #code)
    }
}

/// `ResultPath`, then `OutputPath`: from a result to the state's output.
pub fn output(
    result: &Data,
    result_path: &ResultPath,
    output_path: Option<&Select>,
    paths: &Paths<'_>,
) -> Flow {
    let mut statements = TokenStream::new();
    let data = match result_path {
        ResultPath::Replace => result.clone(),
        ResultPath::Discard => Data::RawInput,
        ResultPath::At(reference) => {
            let result = match result {
                Data::RawInput => {
                    statements.extend(quote!(let result = cx.input.clone();));
                    quote!(result)
                }
                other => other.copy(),
            };
            let reference = paths.result_path(reference);
            statements.extend(quote! {
                let raw_input = cx.take_input();
                let output = cx.put(raw_input, &#reference, #result)?;
            });
            Data::Owned(quote!(output))
        }
    };
    let data = match output_path {
        None => data,
        Some(Select::Empty) => {
            let document = data.borrow();
            Data::Owned(quote!(cx.no_output(#document)))
        }
        Some(Select::Path(path)) => {
            let document = data.borrow();
            let path = paths.path(path);
            statements.extend(quote!(let output = cx.output_path(#document, &#path)?;));
            Data::Owned(quote!(output))
        }
    };
    Flow { statements, data }
}

/// Whether code names the variable `name`; `cx.name` is another thing.
pub fn mentions(code: &TokenStream, name: &str) -> bool {
    let mut after_dot = false;
    code.clone().into_iter().any(|token| {
        let found = match &token {
            TokenTree::Ident(ident) => !after_dot && ident == name,
            TokenTree::Group(group) => mentions(&group.stream(), name),
            _ => false,
        };
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        found
    })
}
