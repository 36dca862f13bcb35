//! Blocks, and the variables that live in them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    code::Code,
    scope::{Generator, Local, Place},
    variables::{self, is_bare},
};
use crate::jsonata::tree::{Kind, Node};

impl Generator<'_> {
    /// `(a; b; c)`
    pub fn block(&mut self, parts: &[Node]) -> Code {
        self.framed(&[], parts, |generator, last| generator.again(last))
    }

    /// Parts that have variables of their own, among them the parameters of a function. How the last part is made is said
    /// by `end`.
    pub fn framed(
        &mut self,
        parameters: &[(String, Place)],
        parts: &[Node],
        end: impl FnOnce(&mut Self, &Node) -> Code,
    ) -> Code {
        let Some((last, before)) = parts.split_last() else {
            return Code::Data(quote!(j::Data::Undefined));
        };
        let outside = self.locals.len();
        let around = std::mem::replace(&mut self.frame_start, outside);
        for (name, place) in parameters {
            self.bring(name, place.clone());
        }
        let mut statements = self.shared(parts);
        for part in before {
            statements.extend(self.statement(part));
        }
        let end = match &last.kind {
            // Nothing can read it any more.
            Kind::Bind(name, value) if is_bare(last) && !self.is_shared(name) => {
                self.value_of(name, value, true)
            }
            _ => end(self, last),
        };
        self.locals.truncate(outside);
        self.frame_start = around;
        if statements.is_empty() {
            return end;
        }
        match end {
            Code::Eval(end) => Code::Eval(quote!({ #statements #end })),
            other => {
                let end = other.data();
                Code::Data(quote!({ #statements #end }))
            }
        }
    }

    pub fn bring(&mut self, name: &str, place: Place) {
        let name = name.to_owned();
        self.locals.push(Local { name, place });
    }

    /// Declares the variables that are shared with closures.
    fn shared(&mut self, parts: &[Node]) -> TokenStream {
        let shared = variables::assigned(parts)
            .into_iter()
            .filter(|variable| variable.shared);
        shared
            .map(|variable| {
                let hidden = self.named(&variable.name).data();
                let ident = self.ident(&variable.name);
                self.bring(&variable.name, Place::Shared(ident.clone()));
                quote!(let #ident = q.shared(#hidden);)
            })
            .collect()
    }

    /// Whether an assignment goes to a shared variable.
    fn is_shared(&self, name: &str) -> bool {
        let own = self.locals.iter().skip(self.frame_start);
        own.rev()
            .any(|local| local.name == name && matches!(local.place, Place::Shared(_)))
    }

    fn statement(&mut self, node: &Node) -> TokenStream {
        match &node.kind {
            Kind::Bind(name, value) if is_bare(node) => self.bind(name, value),
            _ => match self.node(node) {
                // A place is there and cannot fail.
                Code::Place(_) => quote!(),
                other => {
                    let data = other.data();
                    quote!(let _ = #data;)
                }
            },
        }
    }

    fn bind(&mut self, name: &str, value: &Node) -> TokenStream {
        let shared = self.is_shared(name);
        let mut statements = quote!();
        let value = match &value.kind {
            Kind::Bind(inner, innermost) if is_bare(value) => {
                statements.extend(self.bind(inner, innermost));
                self.named(inner)
            }
            _ => self.value_of(name, value, !shared),
        };
        let value = value.data();
        let ident = self.ident(name);
        if shared {
            statements.extend(quote!(j::assign(&#ident, #value);));
        } else {
            statements.extend(quote!(let #ident = #value;));
            self.bring(name, Place::Owned(ident));
        }
        statements
    }

    /// What is assigned. A function is called by the variable's name, and may know itself by it.
    fn value_of(&mut self, name: &str, value: &Node, knows_itself: bool) -> Code {
        match &value.kind {
            Kind::Lambda(lambda) if is_bare(value) => self.named_lambda(lambda, name, knows_itself),
            _ => self.again(value),
        }
    }
}
