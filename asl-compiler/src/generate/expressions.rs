//! The JSONata expressions of a definition: a constant for each place, with a name that says where it stands, and a
//! function for each text that is more than fields of something.

use std::{cell::RefCell, collections::HashMap, collections::HashSet};

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::{
    docs,
    function::parameter,
    jsonata::{self, Names},
    names::identifier,
};
use crate::ir::Expression;

/// The expressions met so far.
#[derive(Debug)]
pub struct Expressions<'a> {
    variables: &'a [String],
    table: RefCell<Table>,
}

#[derive(Debug, Default)]
struct Table {
    names: HashSet<String>,
    constants: TokenStream,
    /// The functions, by the text of the expression.
    functions: HashMap<String, Ident>,
    code: TokenStream,
    sees_time: bool,
}

impl<'a> Expressions<'a> {
    /// No expressions yet; variables are named by slot.
    pub fn new(variables: &'a [String]) -> Self {
        Self {
            variables,
            table: RefCell::default(),
        }
    }

    /// The constant for an expression in a state of this name.
    pub fn constant(&self, state: &str, expression: &Expression) -> TokenStream {
        let Expression { field, text, .. } = expression;
        let mut table = self.table.borrow_mut();
        table.sees_time |= sees_time(text);
        let run = match jsonata::fields(&expression.tree, self.names()) {
            Some(fields) => fields,
            None => {
                let function = self.function(&mut table, expression);
                quote!(Function(#function))
            }
        };
        let name =
            table.unused(&identifier(&format!("{state} {field}"), "expression").to_shouty_snake_case());
        let name = Ident::new(&name, Span::call_site());
        table.constants.extend(quote! {
            pub static #name: asl::Expression = asl::Expression {
                field: #field,
                text: #text,
                run: asl::Evaluation::#run,
            };
        });
        quote!(expressions::#name)
    }

    fn names(&self) -> Names<'_> {
        Names {
            variables: self.variables,
            states: true,
        }
    }

    /// The function for an expression: equal ones share it.
    fn function(&self, table: &mut Table, expression: &Expression) -> Ident {
        if let Some(name) = table.functions.get(&expression.text) {
            return name.clone();
        }
        let name = format_ident!("expression_{}", table.functions.len() + 1);
        table.functions.insert(expression.text.clone(), name.clone());
        let code = jsonata::expression(&expression.tree, self.names());
        let q = parameter(&code, "q");
        let docs = docs::paragraphs([docs::code(&expression.text).as_str()]);
        table.code.extend(quote! {
            #docs
            fn #name(#q: &j::Query<'_>) -> j::Eval {
                #code
            }
        });
        name
    }

    /// Whether one of them may tell the time.
    pub fn see_time(&self) -> bool {
        self.table.borrow().sees_time
    }

    /// The module with the constants and functions.
    pub fn into_module(self) -> TokenStream {
        let Table { constants, code, .. } = self.table.into_inner();
        if constants.is_empty() {
            return quote!();
        }
        quote! {
            /// The JSONata expressions that states evaluate.
            #[allow(unused_imports, unused_variables, reason = "not every expression needs all that there is")]
            #[allow(clippy::needless_borrows_for_generic_args, reason = "some arguments are references already")]
            mod expressions {
                use super::asl;
                use asl::jsonata as j;
                use asl::prelude::*;

                #constants

                #code
            }
        }
    }
}

/// Whether an expression may tell the time: by a function, or by the context object.
fn sees_time(text: &str) -> bool {
    let has_function = ["$now", "$millis", "$toMillis"]
        .iter()
        .any(|function| text.contains(function));
    let is_timeless = |member: &str| {
        let timeless = [".input", ".result", ".errorOutput"];
        timeless.iter().any(|known| member.starts_with(known))
    };
    has_function || !text.split("$states").skip(1).all(is_timeless)
}

impl Table {
    fn unused(&mut self, plain: &str) -> String {
        let mut name = plain.to_owned();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_tell_the_time() {
        for text in [
            "$states.context.State.EnteredTime",
            "$states",
            "$states . context",
            "$lookup($states, 'context')",
            "$now()",
            "$map([1], $millis)",
            "$toMillis('12', '[H]')",
            "$states.input & $states.context",
        ] {
            assert!(sees_time(text), "{text}");
        }
        for text in [
            "$states.input.a + $states.result.b",
            "$states.errorOutput.Error",
            "$fromMillis($order.at)",
            "1",
        ] {
            assert!(!sees_time(text), "{text}");
        }
    }
}
