//! Payload templates and static JSON as expressions that give a value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{expressions::Expressions, intrinsic, paths::Paths};
use crate::ir::{Assignment, Expression, Json, Template};

/// The constants of one function: arrays and objects without anything to evaluate are built once.
#[derive(Debug, Default)]
pub struct Constants {
    declarations: Vec<TokenStream>,
}

impl Constants {
    /// The declarations, to stand at the head of the function.
    pub fn into_declarations(self) -> TokenStream {
        self.declarations.into_iter().collect()
    }

    /// An expression for a static value.
    pub fn json(&mut self, json: &Json) -> TokenStream {
        match json {
            Json::Array(_) | Json::Object(_) => {
                let name = self.declare(literal(json));
                quote!(#name.get())
            }
            scalar => literal(scalar),
        }
    }

    fn declare(&mut self, expression: TokenStream) -> Ident {
        let name = match self.declarations.len() {
            0 => "CONSTANT".to_owned(),
            n => format!("CONSTANT_{}", n + 1),
        };
        let name = Ident::new(&name, Span::call_site());
        self.declarations
            .push(quote!(static #name: asl::Constant = asl::Constant::new(|| #expression);));
        name
    }
}

/// What templates of a function are generated with.
pub struct Templates<'a> {
    /// The machine's paths.
    pub paths: &'a Paths<'a>,
    /// The machine's JSONata expressions.
    pub expressions: &'a Expressions<'a>,
    /// Name of the state, for names of constants.
    pub state: &'a str,
    /// The function's constants.
    pub constants: Constants,
}

impl Templates<'_> {
    /// The constant for a JSONata expression.
    pub fn expression(&self, expression: &Expression) -> TokenStream {
        self.expressions.constant(self.state, expression)
    }

    /// An expression for a template whose `$` is `document`, an expression of type `&Value`.
    pub fn value(&mut self, template: &Template, document: &TokenStream) -> TokenStream {
        match template {
            Template::Constant(json) => self.constants.json(json),
            Template::Object(members) => {
                let keys = members.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>();
                let values = members.iter().map(|(_, value)| self.value(value, document));
                quote!(asl::object([#((#keys, #values)),*]))
            }
            Template::Array(elements) => {
                let elements = elements.iter().map(|element| self.value(element, document));
                quote!(asl::array([#(#elements),*]))
            }
            Template::Path { field, path } => {
                let path = self.paths.path(path);
                quote!(cx.member(#document, &#path, #field)?)
            }
            Template::Intrinsic { field, call } => {
                let call = intrinsic::call(call, self.paths);
                quote!(cx.call(#document, &#call, #field)?)
            }
            Template::Expression(expression) => {
                let expression = self.expression(expression);
                quote!(states.value(&#expression)?)
            }
        }
    }

    /// An expression for the slots and values that `Assign` sets.
    pub fn assignments(&mut self, assign: &[Assignment], document: &TokenStream) -> TokenStream {
        let pairs = assign.iter().map(|Assignment { variable, value }| {
            let slot = proc_macro2::Literal::usize_unsuffixed(*variable);
            let value = self.value(value, document);
            quote!((#slot, #value))
        });
        quote!([#(#pairs),*])
    }
}

fn literal(json: &Json) -> TokenStream {
    match json {
        Json::Null => quote!(asl::Value::Null),
        Json::Bool(value) => quote!(asl::Value::from(#value)),
        Json::Integer(value) => quote!(asl::Value::from(#value)),
        Json::Unsigned(value) => quote!(asl::Value::from(#value)),
        Json::Float(value) => quote!(asl::Value::from(#value)),
        Json::String(value) => quote!(asl::text(#value)),
        Json::Array(elements) => {
            let elements = elements.iter().map(literal);
            quote!(asl::array([#(#elements),*]))
        }
        Json::Object(members) => {
            let keys = members.iter().map(|(key, _)| key);
            let values = members.iter().map(|(_, value)| literal(value));
            quote!(asl::object([#((#keys, #values)),*]))
        }
    }
}
