//! The module of a definition that has mistakes: all items that user code names, so that only the mistakes are reported.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{Options, module, names::ident};
use crate::{
    flow::{FieldPlaces, Flow},
    ir::{Kind, Machine, Next, Place, Resource, ResourceKind, ResultPath, State},
    skeleton::{Skeleton, SkeletonState},
};

/// The Rust module of what could be read of a machine. It compiles, but the error beside it keeps it from running.
pub fn skeleton(skeleton: &Skeleton, options: &Options) -> TokenStream {
    if skeleton.states.is_empty() {
        return unreadable(options);
    }
    let machine = Machine {
        comment: skeleton.comment.clone(),
        start: 0,
        states: skeleton.states.iter().map(state).collect(),
        variables: Vec::new(),
        timeout_seconds: None,
        places: FieldPlaces::default(),
        fingerprint: 0,
    };
    // Of what a mistake leaves of the flow nothing is certain.
    module(&machine, &Flow::default(), options)
}

/// The module of a definition of which nothing is known. Each of its items is an import that fails, which rustc reports once;
/// of what user code does with them it then says nothing.
fn unreadable(options: &Options) -> TokenStream {
    let Options { visibility, span, .. } = options;
    let name = ident(&options.module, *span);
    quote_spanned! {*span=>
        #visibility mod #name {
            pub use self::readable_definition::{MACHINE, State, Tasks, machine, run};
        }
    }
}

/// A Task, or for all other types what says least.
fn state(state: &SkeletonState) -> State {
    let kind = if state.kind == Some("Task") {
        let unknown = || Resource {
            text: String::new(),
            kind: ResourceKind::Function,
        };
        Kind::Task {
            resource: state.resource.clone().unwrap_or_else(unknown),
            timeout: None,
            heartbeat: None,
            credentials: None,
        }
    } else {
        Kind::Succeed
    };
    State {
        name: state.name.clone(),
        comment: state.comment.clone(),
        place: state.place,
        ..bare(kind)
    }
}

fn bare(kind: Kind) -> State {
    State {
        name: String::new(),
        comment: None,
        place: Place { line: 1, column: 1 },
        jsonata: false,
        input_path: None,
        output_path: None,
        parameters: None,
        result_selector: None,
        output: None,
        result_path: ResultPath::Replace,
        assign: Vec::new(),
        next: Next::End,
        retry: Vec::new(),
        catch: Vec::new(),
        kind,
    }
}
