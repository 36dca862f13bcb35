//! Variables of an expression.

use std::collections::HashMap;

use super::{Given, Query};
use crate::jsonata::{
    bound_in_frame,
    tree::{Kind, Lambda, Node},
};

/// What is bound in a block, or by the call of a function.
#[derive(Default)]
pub(super) struct Frame<'q> {
    pub(super) values: HashMap<&'q str, Given>,
    /// Those of them that are functions, written where they are bound.
    pub(super) functions: HashMap<&'q str, &'q Lambda>,
    /// How many contexts there are around it.
    pub(super) contexts: usize,
}

impl<'q> Query<'q, '_> {
    /// Opens a frame for variables. Those whose value depends on what is evaluated are not followed.
    pub(super) fn enter(&mut self, parts: impl IntoIterator<Item = &'q Node> + Clone) {
        let mut frame = Frame {
            contexts: self.contexts.len(),
            ..Frame::default()
        };
        let bound = bound_in_frame(parts.clone());
        for name in &bound {
            let plainly = |part: &'q Node| matches!(&part.kind, Kind::Bind(bound, _) if bound == name);
            let once = bound.iter().filter(|other| *other == name).count() == 1;
            if !once || !parts.clone().into_iter().any(plainly) {
                frame.values.insert(*name, Given::unknown());
            }
        }
        self.frames.push(frame);
    }

    /// `$name := value`
    pub(super) fn bind(&mut self, name: &'q str, given: &Given, value: &'q Node) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if frame.values.contains_key(name) {
            return;
        }
        frame.values.insert(name, given.clone());
        if let Kind::Lambda(lambda) = &value.kind
            && value.predicates.is_empty()
            && value.group.is_none()
        {
            frame.functions.insert(name, lambda);
        }
    }

    pub(super) fn variable(&self, name: &str) -> Given {
        if name.is_empty() {
            return match self.contexts.last() {
                Some(context) => Given::always(context.clone()),
                None => Given::unknown(),
            };
        }
        let bound = |frame: &Frame<'q>| frame.values.get(name).cloned();
        if let Some(given) = self.frames.iter().rev().find_map(bound) {
            return given;
        }
        if name == "states" {
            return Given::always(self.states.clone());
        }
        match self.slot(name).and_then(|slot| self.scope.variables.get(slot)) {
            Some(value) if !value.is_never() => Given::perhaps(value.clone()),
            _ => Given::unknown(),
        }
    }

    /// A function of the expression that a variable means, with the number of the frame that it is bound in.
    pub(super) fn own_function(&self, name: &str) -> Option<(&'q Lambda, usize)> {
        let is_bound = |frame: &Frame<'q>| frame.values.contains_key(name);
        let number = self.frames.iter().rposition(is_bound)?;
        let lambda = self.frames[number].functions.get(name)?;
        Some((lambda, number))
    }

    /// Whether the name means the built-in function here.
    pub(super) fn is_builtin(&self, name: &str) -> bool {
        let is_bound = |frame: &Frame<'q>| frame.values.contains_key(name);
        !self.frames.iter().any(is_bound) && self.slot(name).is_none()
    }

    /// A variable of the machine.
    fn slot(&self, name: &str) -> Option<usize> {
        let variables = &self.analysis.machine.variables;
        variables.iter().position(|known| known == name)
    }
}
