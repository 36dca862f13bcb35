//! Arrays, objects, groupings.

use proc_macro2::TokenStream;
use quote::quote;

use super::{code::Code, scope::Generator, variables::is_bare};
use crate::jsonata::tree::{Array, Element, Kind, Node, Pair};

impl Generator<'_> {
    /// `[a, [b], 1..3]`
    pub fn array(&mut self, array: &Array) -> Code {
        let elements: TokenStream = array
            .elements
            .iter()
            .map(|element| self.element(element))
            .collect();
        let end = match array.keep {
            true => quote!(constructed),
            false => quote!(end),
        };
        Code::Data(quote!(j::Elements::new() #elements .#end()))
    }

    fn element(&mut self, element: &Element) -> TokenStream {
        match element {
            Element::Item(item) => {
                let is_array = matches!(item.kind, Kind::Array(_));
                let item = self.node(item).data();
                match is_array {
                    true => quote!(.one(#item)),
                    false => quote!(.all(#item)),
                }
            }
            Element::Range(first, last, _) => {
                let [first, last] = [first, last].map(|end| self.node(end).reference());
                quote!(.range(q, #first, #last)?)
            }
        }
    }

    /// `{key: value}`
    pub fn object(&mut self, pairs: &[Pair]) -> Code {
        let Some(keys) = constant_keys(pairs) else {
            let it = self.it();
            let pairs = self.pairs(pairs);
            return Code::Eval(quote!(j::group_by(q, #it, &[#pairs])));
        };
        let (members, uses_context) = self.with_own_context(|generator| {
            let members = keys.iter().zip(pairs).map(|(key, pair)| {
                let value = generator.node(&pair.value).data();
                quote!((#key, #value))
            });
            members.collect::<Vec<_>>()
        });
        let object = quote!(j::object([#(#members),*]));
        if !uses_context {
            return Code::Data(object);
        }
        // In an array the values see all of its items, as one group.
        let it = self.it();
        Code::Data(quote!({ let group = j::grouped(#it); let it = group.item(); #object }))
    }

    /// The pairs of a grouping, as closures over an item.
    pub fn pairs(&mut self, pairs: &[Pair]) -> TokenStream {
        let pairs = pairs.iter().map(|pair| {
            let [key, value] = [&pair.key, &pair.value].map(|node| self.step(node));
            quote!(j::Pair { key: #key, value: #value })
        });
        quote!(#(#pairs),*)
    }
}

/// The keys, if all of them are written out and no two are alike.
fn constant_keys(pairs: &[Pair]) -> Option<Vec<&str>> {
    let mut keys = Vec::with_capacity(pairs.len());
    for Pair { key, .. } in pairs {
        match key {
            Node {
                kind: Kind::String(text),
                ..
            } if is_bare(key) && !keys.contains(&text.as_str()) => keys.push(text.as_str()),
            _ => return None,
        }
    }
    Some(keys)
}
