//! The module of a definition that has mistakes: all items that user code names, so that only the mistakes are reported.

use proc_macro2::TokenStream;

use super::{Options, generate};
use crate::{
    ir::{Kind, Machine, Next, Place, Resource, ResourceKind, ResultPath, State},
    skeleton::{Skeleton, SkeletonState},
};

/// The Rust module of what could be read of a machine. It compiles, but the error beside it keeps it from running.
pub fn skeleton(skeleton: &Skeleton, options: &Options) -> TokenStream {
    let mut states: Vec<State> = skeleton.states.iter().map(state).collect();
    if states.is_empty() {
        states.push(bare(Kind::Succeed));
    }
    let machine = Machine {
        comment: skeleton.comment.clone(),
        start: 0,
        states,
        variables: Vec::new(),
        timeout_seconds: None,
        fingerprint: 0,
    };
    generate(&machine, options)
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
        input_path: None,
        output_path: None,
        parameters: None,
        result_selector: None,
        result_path: ResultPath::Replace,
        assign: Vec::new(),
        next: Next::End,
        retry: Vec::new(),
        catch: Vec::new(),
        kind,
    }
}
