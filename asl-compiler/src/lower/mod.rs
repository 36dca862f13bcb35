//! From the definition as written to the resolved machine: names become indices, defaults are filled in.

mod choice;
mod distributed;
mod expression;
mod fingerprint;
mod handlers;
mod state;
mod template;

use std::collections::{HashMap, HashSet};

use crate::{
    Source,
    diagnostic::{Code, Places, Problem, Problems},
    flow::PlacesBuilder,
    ir,
    skeleton::{Skeleton, SkeletonState},
    syntax::{
        block::{Block, State},
        path::{Path, Root},
        resource::parse_resource,
        shape::StateType,
    },
};

/// Resolves a definition in which the checks found nothing wrong. Gives `None` where something is missing all
/// the same, and reports it.
pub(crate) fn lower(source: &Source, machine: &Block<'_>, problems: &mut Problems) -> Option<ir::Machine> {
    let states = machine.all_states();
    let indices = states
        .iter()
        .enumerate()
        .map(|(index, state)| (state.name, index))
        .collect();
    let places = Places::new(&source.text);
    let mut lowering = Lowering {
        indices,
        places,
        variables: Vec::new(),
    };
    match lowering.machine(machine, &states) {
        Ok(lowered) => Some(lowered),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// What can be read of a definition, mistakes or not.
pub(crate) fn skeleton(source: &Source, machine: &Block<'_>) -> Skeleton {
    let places = Places::new(&source.text);
    let mut states = Vec::new();
    let mut names = HashSet::new();
    for state in machine.all_states() {
        if !names.insert(state.name) {
            continue;
        }
        states.push(SkeletonState {
            name: state.name.to_owned(),
            comment: comment(&state.block),
            place: places.of(state.key.start),
            kind: state.kind.map(StateType::name).or_else(|| {
                // Only a Task has one, so this is meant to be one, whatever its type is mistyped as.
                state.block.member("Resource").map(|_| StateType::Task.name())
            }),
            resource: state.block.text("Resource").map(parse_resource),
        });
    }
    Skeleton {
        comment: comment(machine),
        states,
    }
}

/// Why a definition cannot be resolved: only possible where a check is missing.
type Lowered<T> = Result<T, Problem>;

struct Lowering<'m> {
    indices: HashMap<&'m str, ir::StateIndex>,
    places: Places<'m>,
    variables: Vec<String>,
}

impl<'m> Lowering<'m> {
    fn machine(&mut self, machine: &Block<'m>, states: &[&State<'m>]) -> Lowered<ir::Machine> {
        let lowered = states
            .iter()
            .map(|state| self.state(state))
            .collect::<Lowered<_>>()?;
        let mut places = PlacesBuilder::new(&self.places);
        for (index, state) in states.iter().enumerate() {
            places.state(index, state.block.node);
        }
        let places = places.finish();
        Ok(ir::Machine {
            comment: comment(machine),
            start: self.target(machine, "StartAt")?,
            states: lowered,
            variables: std::mem::take(&mut self.variables),
            timeout_seconds: machine.integer("TimeoutSeconds"),
            places,
            fingerprint: fingerprint::of(&machine.node.to_json()),
        })
    }

    /// The state that a field names.
    fn target(&self, block: &Block<'_>, field: &str) -> Lowered<ir::StateIndex> {
        let name = block.text(field).ok_or_else(|| missing(block, field))?;
        self.indices
            .get(name)
            .copied()
            .ok_or_else(|| missing(block, field))
    }

    /// A path, its variable taken note of.
    fn path(&mut self, path: &Path) -> Path {
        if let Root::Variable(name) = &path.root {
            self.variable(name);
        }
        path.clone()
    }

    /// The slot of a variable.
    fn variable(&mut self, name: &str) -> usize {
        match self.variables.iter().position(|known| known == name) {
            Some(slot) => slot,
            None => {
                self.variables.push(name.to_owned());
                self.variables.len() - 1
            }
        }
    }
}

fn comment(block: &Block<'_>) -> Option<String> {
    block.text("Comment").map(str::to_owned)
}

fn missing(block: &Block<'_>, field: &str) -> Problem {
    let message = format!("{} cannot be resolved: `{field}` is missing", block.shape.name);
    Problem::new(Code::MissingField, &block.anchor, message)
}

#[cfg(test)]
mod tests;
