//! Payload templates and static JSON as expressions that give a value.
//!
//! A template with more than one part is static data, which the runtime goes through: so each value is written where it
//! stays, and there is little for rustc to do.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{expressions::Expressions, intrinsic, path, paths::Paths};
use crate::ir::{Assignment, Expression, Json, Template};
use crate::syntax::path::Numeral;

/// The constants of one function: its templates, and the arrays and objects without anything to evaluate, which are
/// built once.
#[derive(Debug, Default)]
pub struct Constants {
    values: Vec<TokenStream>,
    templates: Vec<TokenStream>,
}

impl Constants {
    /// The declarations, to stand at the head of the function.
    pub fn into_declarations(self) -> TokenStream {
        self.values.into_iter().chain(self.templates).collect()
    }

    /// An expression for a static value.
    pub fn json(&mut self, json: &Json) -> TokenStream {
        match json {
            Json::Array(_) | Json::Object(_) => {
                let name = self.value(json);
                quote!(#name.get())
            }
            scalar => literal(scalar),
        }
    }

    fn value(&mut self, json: &Json) -> Ident {
        let name = numbered("CONSTANT", self.values.len());
        let value = literal(json);
        self.values
            .push(quote!(static #name: asl::Constant = asl::Constant::new(|| #value);));
        name
    }

    fn template(&mut self, template: &TokenStream) -> Ident {
        let name = numbered("TEMPLATE", self.templates.len());
        self.templates
            .push(quote!(static #name: asl::Template = asl::Template::#template;));
        name
    }
}

/// The name of one constant more.
fn numbered(name: &str, known: usize) -> Ident {
    let name = match known {
        0 => name.to_owned(),
        _ => format!("{name}_{}", known + 1),
    };
    Ident::new(&name, Span::call_site())
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
            Template::Object(_) | Template::Array(_) => {
                let template = self.declare(template);
                if document.is_empty() {
                    quote!(states.template(&#template)?)
                } else {
                    quote!(cx.template(#document, &#template)?)
                }
            }
            Template::Path { field, path } => {
                let path = self.paths.path(path);
                quote!(cx.member(#document, &#path, #field)?)
            }
            Template::Intrinsic { call, .. } => {
                let call = intrinsic::call(call, self.paths);
                quote!(cx.call(#document, &#call)?)
            }
            Template::Expression(expression) => {
                let expression = self.expression(expression);
                quote!(states.value(&#expression)?)
            }
        }
    }

    /// The same for a field that `cx` has a function for.
    pub fn field(&mut self, field: &str, template: &Template, document: &TokenStream) -> TokenStream {
        let template = self.declare(template);
        let field = Ident::new(field, Span::call_site());
        quote!(cx.#field(#document, &#template)?)
    }

    /// The constant for a template.
    pub fn declare(&mut self, template: &Template) -> Ident {
        let template = self.part(template);
        self.constants.template(&template)
    }

    /// An expression for the input of a task, where the template has parts.
    pub fn task_input(&mut self, template: &Template, document: &TokenStream) -> Option<TokenStream> {
        match template {
            Template::Object(_) | Template::Array(_) => Some(self.field("task_input", template, document)),
            _ => None,
        }
    }

    /// A template as static data: a variant of `asl::Template`.
    fn part(&mut self, template: &Template) -> TokenStream {
        match template {
            Template::Constant(Json::Null) => quote!(Null),
            Template::Constant(Json::Bool(value)) => quote!(Bool(#value)),
            Template::Constant(Json::Integer(value)) => {
                let number = path::numeral(Numeral::Integer(*value));
                quote!(Number(#number))
            }
            Template::Constant(Json::Float(value)) => {
                let number = path::numeral(Numeral::Float(*value));
                quote!(Number(#number))
            }
            Template::Constant(Json::String(value)) => quote!(String(#value)),
            Template::Constant(json @ (Json::Unsigned(_) | Json::Array(_) | Json::Object(_))) => {
                let name = self.constants.value(json);
                quote!(Constant(&#name))
            }
            Template::Object(members) => {
                let members = members.iter().map(|(key, member)| {
                    let member = self.part(member);
                    quote!((#key, asl::Template::#member))
                });
                quote!(Object(&[#(#members),*]))
            }
            Template::Array(elements) => {
                let elements = elements.iter().map(|element| self.part(element));
                quote!(Array(&[#(asl::Template::#elements),*]))
            }
            Template::Path { field, path } => {
                let path = self.paths.path(path);
                quote!(Path(#field, &#path))
            }
            Template::Intrinsic { call, .. } => {
                let call = intrinsic::call(call, self.paths);
                quote!(Call(&#call))
            }
            Template::Expression(expression) => {
                let expression = self.expression(expression);
                quote!(Expression(&#expression))
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
