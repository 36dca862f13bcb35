//! A piece of an expression while it is put together: a node, with what it will need when it becomes a step of a path.

use super::tree::{Kind, Node, Path, Stage, Step, StepKind};
use std::ops::Range;

/// A piece of an expression.
#[derive(Debug)]
pub(super) struct Part {
    pub node: Node,
    /// `@$name`, for when it becomes a step. A path has its own on its last step.
    pub focus: Option<String>,
    /// Slots that keep its context, for when it becomes a step.
    pub ancestors: Vec<usize>,
    /// For when it becomes a step: see [`Step::tuple`].
    pub tuple: bool,
    /// For when it becomes a step: see [`Step::constructed`].
    pub constructed: bool,
    /// Slots of the `%` inside that wait for a step outside.
    pub seeking: Vec<usize>,
    /// On a path: slots of the `%` inside its last step that wait for a step before.
    pub last_seeking: Vec<usize>,
    /// What was written, where that counts.
    pub origin: Origin,
    /// How deep the tree is from here.
    pub height: usize,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A name alone, perhaps with filters.
    Name,
    /// A variable alone.
    Variable,
    /// `…@$name`
    Focus,
    /// Anything else.
    Other,
}

impl Part {
    pub fn new(kind: Kind, range: Range<usize>, height: usize) -> Box<Self> {
        Box::new(Self {
            node: Node {
                kind,
                range,
                predicates: Vec::new(),
                group: None,
                keep_array: false,
            },
            focus: None,
            ancestors: Vec::new(),
            tuple: false,
            constructed: false,
            seeking: Vec::new(),
            last_seeking: Vec::new(),
            origin: Origin::Other,
            height,
        })
    }

    /// A name is a path of one step.
    pub fn name(name: String, range: Range<usize>) -> Box<Self> {
        let step = Self::new(Kind::Name(name), range, 1).into_step(false);
        let mut part = Self::path(vec![step], 2);
        part.origin = Origin::Name;
        part
    }

    /// A path over at least one step.
    pub fn path(steps: Vec<Step>, height: usize) -> Box<Self> {
        let start = steps.first().map_or(0, |step| step.range().start);
        let end = steps.last().map_or(0, |step| step.range().end);
        Self::new(
            Kind::Path(Path {
                steps,
                keep_singleton: false,
                tuple: false,
                group: None,
            }),
            start..end,
            height,
        )
    }

    /// The part as a path; one that is none becomes the only step of one.
    pub fn into_path(self: Box<Self>, predicates_are_stages: bool) -> Box<Self> {
        if matches!(self.node.kind, Kind::Path(_)) {
            return self;
        }
        let mut part = *self;
        let (seeking, height) = (std::mem::take(&mut part.seeking), part.height + 1);
        let mut path = Self::path(vec![Box::new(part).into_step(predicates_are_stages)], height);
        path.last_seeking = seeking;
        path
    }

    /// The part as a step. As a later one its filters become stages, which see its tuples.
    pub fn into_step(self: Box<Self>, predicates_are_stages: bool) -> Step {
        let mut node = self.node;
        let stages = if predicates_are_stages {
            std::mem::take(&mut node.predicates)
                .into_iter()
                .map(Stage::Filter)
                .collect()
        } else {
            Vec::new()
        };
        Step {
            kind: StepKind::Node(node),
            stages,
            focus: self.focus,
            index: None,
            ancestors: self.ancestors,
            tuple: self.tuple,
            constructed: self.constructed,
        }
    }

    /// Notes what waits in `inner` for a step outside of it.
    pub fn inherit(&mut self, inner: &Self) {
        self.seeking.extend(inner.waiting());
    }

    /// The slots that wait for a step outside, its own among them.
    pub fn waiting(&self) -> impl Iterator<Item = usize> + '_ {
        let own = if let Kind::Parent(slot) = self.node.kind {
            Some(slot)
        } else {
            None
        };
        self.seeking.iter().copied().chain(own)
    }

    /// The path, if it is one.
    pub fn as_path(&mut self) -> Option<&mut Path> {
        if let Kind::Path(path) = &mut self.node.kind {
            Some(path)
        } else {
            None
        }
    }

    /// Whether it is a variable and nothing else.
    pub fn variable(&self) -> Option<&str> {
        match &self.node.kind {
            Kind::Variable(name) if self.origin == Origin::Variable => Some(name),
            _ => None,
        }
    }

    /// `[]`: one item stays an array.
    pub fn keep_array(&mut self) {
        let origin = self.origin;
        self.node.keep_array = true;
        if let Some(path) = self.as_path() {
            if matches!(origin, Origin::Name | Origin::Focus)
                && let Some(Step {
                    kind: StepKind::Node(node),
                    ..
                }) = path.steps.last_mut()
            {
                node.keep_array = true;
            }
            path.keep_singleton |= origin == Origin::Name;
        }
    }
}

impl Step {
    /// Where its expression stands.
    pub(super) fn range(&self) -> Range<usize> {
        match &self.kind {
            StepKind::Node(node) => node.range.clone(),
            StepKind::Sort(terms) => {
                let start = terms.first().map_or(0, |term| term.expression.range.start);
                start..terms.last().map_or(start, |term| term.expression.range.end)
            }
        }
    }
}
