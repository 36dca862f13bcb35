//! Paths as static data.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::syntax::path::{Path, ReferencePath, ReferenceStep, Root, Step};

/// An expression for a path.
pub fn path(path: &Path, variables: &[String]) -> TokenStream {
    let text = &path.text;
    let root = match &path.root {
        Root::Document => quote!(Document),
        Root::Context => quote!(Context),
        Root::Variable(name) => {
            let slot = variables
                .iter()
                .position(|known| known == name)
                .unwrap_or(variables.len());
            let slot = Literal::usize_unsuffixed(slot);
            quote!(Variable(#slot))
        }
    };
    let steps = path.steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(quote!(asl::PathStep::Key(#key))),
        Step::Index(index) => {
            let index = Literal::i64_unsuffixed(*index);
            Some(quote!(asl::PathStep::Index(#index)))
        }
        _ => None,
    });
    quote!(asl::Path { text: #text, root: asl::Root::#root, steps: &[#(#steps),*] })
}

/// An expression for a path to write to.
pub fn reference_path(path: &ReferencePath) -> TokenStream {
    let text = &path.text;
    let steps = path.steps.iter().map(|step| match step {
        ReferenceStep::Key(key) => quote!(asl::PathStep::Key(#key)),
        ReferenceStep::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(asl::PathStep::Index(#index))
        }
    });
    quote!(asl::ReferencePath { text: #text, steps: &[#(#steps),*] })
}
