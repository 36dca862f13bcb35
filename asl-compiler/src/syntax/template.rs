//! Payload templates: JSON with paths and calls in the members whose keys end in `.$`, or with JSONata expressions in its
//! strings.

use super::{expression::Expression, intrinsic::Call, path::Path};
use crate::json::{Member, Node};

/// A payload template.
#[derive(Debug)]
pub enum Template<'j> {
    /// Nothing to evaluate inside.
    Constant(&'j Node),
    /// An object with something to evaluate inside.
    Object(&'j Node, Vec<TemplateMember<'j>>),
    /// An array with something to evaluate inside.
    Array(Vec<Template<'j>>),
    /// The value of a `.$` member: a path.
    Path(Path),
    /// The value of a `.$` member: a call.
    Call(Call),
    /// A JSONata expression.
    Expression(Box<Expression<'j>>),
    /// What should be evaluated and cannot be. Has been reported.
    Invalid,
}

/// A member of an object in a template.
#[derive(Debug)]
pub struct TemplateMember<'j> {
    /// The member as written.
    pub member: &'j Member,
    /// Its key in the result: in JSONPath without `.$`.
    pub name: &'j str,
    /// Its value.
    pub value: Template<'j>,
}

/// What marks a member whose value is to be evaluated.
pub const SUFFIX: &str = ".$";

/// The key that `key` gives in the result of a JSONPath template: without `.$`.
pub fn name(key: &str) -> &str {
    key.strip_suffix(SUFFIX).unwrap_or(key)
}

impl<'j> Template<'j> {
    /// Whether there is nothing to evaluate.
    pub fn is_constant(&self) -> bool {
        matches!(self, Template::Constant(_))
    }

    /// Calls `visit` with every JSONata expression inside.
    pub fn expressions<'t>(&'t self, visit: &mut impl FnMut(&'t Expression<'j>)) {
        match self {
            Template::Expression(expression) => visit(expression),
            Template::Object(_, members) => members.iter().for_each(|member| member.value.expressions(visit)),
            Template::Array(elements) => elements.iter().for_each(|element| element.expressions(visit)),
            Template::Constant(_) | Template::Path(_) | Template::Call(_) | Template::Invalid => {}
        }
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
