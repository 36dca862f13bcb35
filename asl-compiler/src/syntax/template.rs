//! Payload templates: JSON with paths and calls in the members whose keys end in `.$`.

use super::{intrinsic::Call, path::Path};
use crate::json::{Member, Node};

/// A payload template.
#[derive(Debug)]
pub enum Template<'j> {
    /// No path or call inside.
    Constant(&'j Node),
    /// An object with something to evaluate inside.
    Object(&'j Node, Vec<TemplateMember<'j>>),
    /// An array with something to evaluate inside.
    Array(Vec<Template<'j>>),
    /// The value of a `.$` member: a path.
    Path(Path),
    /// The value of a `.$` member: a call.
    Call(Call),
    /// The value of a `.$` member that is neither. Has been reported.
    Invalid,
}

/// A member of an object in a template.
#[derive(Debug)]
pub struct TemplateMember<'j> {
    /// The member as written.
    pub member: &'j Member,
    /// Its value.
    pub value: Template<'j>,
}

/// What marks a member whose value is to be evaluated.
pub const SUFFIX: &str = ".$";

impl<'j> TemplateMember<'j> {
    /// Its key in the result: without `.$`.
    pub fn name(&self) -> &'j str {
        name(&self.member.key)
    }
}

/// The key that `key` gives in the result: without `.$`.
pub fn name(key: &str) -> &str {
    key.strip_suffix(SUFFIX).unwrap_or(key)
}

impl<'j> Template<'j> {
    /// Whether there is nothing to evaluate.
    pub fn is_constant(&self) -> bool {
        matches!(self, Template::Constant(_))
    }

    /// The members, if it is an object: with their values where there is something to evaluate.
    pub fn members(&self) -> Vec<(&'j Member, Option<&Template<'j>>)> {
        match self {
            Template::Object(_, members) => members
                .iter()
                .map(|member| (member.member, Some(&member.value)))
                .collect(),
            Template::Constant(node) => node
                .members()
                .unwrap_or_default()
                .iter()
                .map(|member| (member, None))
                .collect(),
            _ => Vec::new(),
        }
    }
}
