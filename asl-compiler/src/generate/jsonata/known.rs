//! What expressions of a machine can start from: parts of `$states` and workflow variables.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Names,
    call::builtin,
    path::{bare_step, plain_name},
    variables::is_bare,
};
use crate::jsonata::tree::{Kind, Node, Step};

/// What is there before the evaluation.
#[derive(Debug, Clone, Copy)]
pub enum Known {
    Input,
    Result,
    ErrorOutput,
    Context,
    Variable(usize),
}

impl Known {
    /// Of type `Option<&Value>`.
    pub fn code(self) -> TokenStream {
        match self {
            Self::Input => quote!(q.input()),
            Self::Result => quote!(q.result()),
            Self::ErrorOutput => quote!(q.error_output()),
            Self::Context => quote!(q.context()),
            Self::Variable(slot) => {
                let slot = Literal::usize_unsuffixed(slot);
                quote!(q.variable(#slot))
            }
        }
    }
}

/// What the path starts from, if that is known, and how many steps it takes.
pub fn known(steps: &[Step], names: Names<'_>) -> Option<(Known, usize)> {
    let Kind::Variable(name) = &bare_step(steps.first()?)?.kind else {
        return None;
    };
    if let Some(slot) = names.slot(name) {
        return Some((Known::Variable(slot), 1));
    }
    if !names.states || name != "states" {
        return None;
    }
    let known = match plain_name(steps.get(1)?)? {
        "input" => Known::Input,
        "result" => Known::Result,
        "errorOutput" => Known::ErrorOutput,
        "context" => Known::Context,
        _ => return None,
    };
    Some((known, 2))
}

/// An expression that is nothing but fields of what is known, one in the other: a variant of `asl::Evaluation`.
pub fn fields(node: &Node, names: Names<'_>) -> Option<TokenStream> {
    if !is_bare(node) {
        return None;
    }
    let (known, fields) = match &node.kind {
        // Where there is a function of this name, it is what an unassigned variable gives.
        Kind::Variable(name) if builtin(name).is_none() => (Known::Variable(names.slot(name)?), Vec::new()),
        Kind::Path(path) if !path.keep_singleton && path.group.is_none() => {
            let (known, used) = known(&path.steps, names)?;
            let fields = path.steps[used..].iter().map(plain_name);
            (known, fields.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    };
    Some(match known {
        Known::Input => quote!(Input(&[#(#fields),*])),
        Known::Result => quote!(Result(&[#(#fields),*])),
        Known::ErrorOutput => quote!(ErrorOutput(&[#(#fields),*])),
        Known::Variable(slot) => {
            let slot = Literal::usize_unsuffixed(slot);
            quote!(Variable(#slot, &[#(#fields),*]))
        }
        Known::Context => return None,
    })
}
