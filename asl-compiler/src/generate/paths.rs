//! The paths of a definition as constants, each once, with a name that says where it leads: `paths::ORDER_ID`.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    collections::HashSet,
};

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{data::mentions, names::identifier, path};
use crate::syntax::path::{Path, ReferencePath, Root};

/// The paths met so far.
#[derive(Debug)]
pub struct Paths<'a> {
    variables: &'a [String],
    read: RefCell<Table>,
    written: RefCell<Table>,
    sees_time: Cell<bool>,
}

impl<'a> Paths<'a> {
    /// No paths yet; variables are named by slot.
    pub fn new(variables: &'a [String]) -> Self {
        Self {
            variables,
            read: RefCell::default(),
            written: RefCell::default(),
            sees_time: Cell::new(false),
        }
    }

    /// Whether one of those read from may lead to a time: one into the context object does, whose message, where it finds
    /// nothing, shows the whole of it.
    pub fn see_time(&self) -> bool {
        self.sees_time.get()
    }

    /// The constant for a path to read from.
    pub fn path(&self, path: &Path) -> TokenStream {
        let root = match path.root {
            Root::Document => "",
            Root::Context => {
                self.sees_time.set(true);
                "context"
            }
            Root::Variable(_) => "variable",
        };
        let text = format!("{root} {}", path.text);
        let value = || path::path(path, self.variables);
        let name = self.read.borrow_mut().name(&text, value);
        quote!(paths::#name)
    }

    /// The constant for a path to write to.
    pub fn result_path(&self, path: &ReferencePath) -> TokenStream {
        let value = || path::reference_path(path);
        let name = self.written.borrow_mut().name(&path.text, value);
        quote!(result_paths::#name)
    }

    /// The modules with the constants.
    pub fn into_modules(self) -> TokenStream {
        let read = self
            .read
            .into_inner()
            .into_module("paths", "Path", " The paths that states read.");
        let written = self.written.into_inner();
        let written = written.into_module(
            "result_paths",
            "ReferencePath",
            " Where states put their results.",
        );
        quote!(#read #written)
    }
}

/// Constants of one type.
#[derive(Debug, Default)]
struct Table {
    names: HashSet<String>,
    /// By the text in the definition, which is looked at first: most paths occur often, and printing tokens takes long.
    texts: HashMap<String, Ident>,
    /// By the printed constant: texts that mean the same have one.
    values: HashMap<String, Ident>,
    constants: Vec<(Ident, TokenStream)>,
}

impl Table {
    /// The name of the constant that a path with this text is.
    fn name(&mut self, text: &str, value: impl FnOnce() -> TokenStream) -> Ident {
        if let Some(name) = self.texts.get(text) {
            return name.clone();
        }
        let value = value();
        let key = value.to_string();
        let name = if let Some(name) = self.values.get(&key) {
            name.clone()
        } else {
            let name = self.unused(&identifier(text, "document").to_shouty_snake_case());
            let name = Ident::new(&name, Span::call_site());
            self.values.insert(key, name.clone());
            self.constants.push((name.clone(), value));
            name
        };
        self.texts.insert(text.to_owned(), name.clone());
        name
    }

    fn unused(&mut self, plain: &str) -> String {
        let mut name = plain.to_owned();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        name
    }

    fn into_module(self, name: &str, type_name: &str, docs: &str) -> TokenStream {
        if self.constants.is_empty() {
            return quote!();
        }
        let name = Ident::new(name, Span::call_site());
        let type_name = Ident::new(type_name, Span::call_site());
        let constants = self
            .constants
            .iter()
            .map(|(name, value)| quote!(pub const #name: asl::#type_name = #value;));
        let constants: TokenStream = constants.collect();
        let options = mentions(&constants, "Some") || mentions(&constants, "None");
        let prelude = options.then(|| {
            quote!(
                use asl::prelude::*;
            )
        });
        quote! {
            #[doc = #docs]
            mod #name {
                use super::asl;
                #prelude

                #constants
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::path::{parse_path, parse_result_path};

    fn names(texts: &[&str]) -> Vec<String> {
        let variables = ["order".to_owned()];
        let paths = Paths::new(&variables);
        let name = |text: &&str| {
            paths
                .path(&parse_path(text).unwrap())
                .to_string()
                .replace("paths :: ", "")
        };
        texts.iter().map(name).collect()
    }

    #[test]
    fn names_say_where_paths_lead() {
        assert_eq!(
            names(&[
                "$.order.id",
                "$",
                "$$.State.Name",
                "$$",
                "$order.id",
                "$[0]",
                "$.a-b['c d']"
            ]),
            [
                "ORDER_ID",
                "DOCUMENT",
                "CONTEXT_STATE_NAME",
                "CONTEXT_DOCUMENT",
                "VARIABLE_ORDER_ID",
                "DOCUMENT_0",
                "A_B_C_D"
            ]
        );
    }

    #[test]
    fn each_path_has_one_name() {
        assert_eq!(
            names(&["$.a.b", "$.a_b", "$.a.b", "$.a_b", "$..🙂"]),
            ["A_B", "A_B_2", "A_B", "A_B_2", "DOCUMENT"]
        );
    }

    #[test]
    fn only_what_is_used_is_declared() {
        let paths = Paths::new(&[]);
        paths.result_path(&parse_result_path("$.a").unwrap());
        let modules = paths.into_modules().to_string();
        assert!(modules.contains("mod result_paths"), "{modules}");
        assert!(
            modules.contains("pub const A : asl :: ReferencePath"),
            "{modules}"
        );
        assert!(!modules.contains("mod paths"), "{modules}");
    }
}
