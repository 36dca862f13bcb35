//! Payload templates and values with expressions.

use super::Reader;
use crate::{
    diagnostic::{Code, Problem},
    json::{self, Member, Node},
    syntax::{
        block::Value,
        intrinsic::parse_intrinsic,
        path::parse_path,
        shape::{Kind, Language},
        template::{SUFFIX, Template, TemplateMember},
    },
};

impl<'j> Reader<'j, '_> {
    pub(super) fn template(&mut self, node: &'j Node) -> Template<'j> {
        match &node.value {
            json::Value::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|member| self.template_member(member, node))
                    .collect();
                if members.iter().all(|member| member.value.is_constant()) {
                    return Template::Constant(node);
                }
                Template::Object(node, members)
            }
            json::Value::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.template(element)).collect();
                if elements.iter().all(Template::is_constant) {
                    return Template::Constant(node);
                }
                Template::Array(elements)
            }
            _ => Template::Constant(node),
        }
    }

    fn template_member(&mut self, member: &'j Member, object: &Node) -> TemplateMember<'j> {
        let value = if member.key.ends_with(SUFFIX) {
            self.evaluated(member, object)
        } else {
            self.template(&member.value)
        };
        TemplateMember { member, value }
    }

    /// The value of a `.$` member. The service reports mistakes in it at the object that it is a member of.
    fn evaluated(&mut self, member: &Member, object: &Node) -> Template<'j> {
        let node = &member.value;
        let field = &member.key;
        let Some(text) = node.as_str() else {
            let kind = node.kind_name();
            let message = format!("{field:?} must be a path or a call of an intrinsic function, not {kind}");
            let help = format!("without `{SUFFIX}` in the key the value is taken as it is");
            let problem = Problem::new(Code::InvalidTemplate, &node.range, message)
                .help(help)
                .owner(&object.range);
            self.problems.push(problem);
            return Template::Invalid;
        };
        let (code, parsed) = if text.starts_with('$') {
            (Code::InvalidPath, parse_path(text).map(Template::Path))
        } else if text.starts_with("States.") {
            (Code::InvalidIntrinsic, parse_intrinsic(text).map(Template::Call))
        } else {
            let message = format!("{field:?} must be a path or a call of an intrinsic function");
            let help = "a path starts with `$`, a call with `States.`".to_owned();
            let problem = Problem::new(Code::InvalidTemplate, &node.range, message)
                .help(help)
                .owner(&object.range);
            self.problems.push(problem);
            return Template::Invalid;
        };
        parsed.unwrap_or_else(|error| {
            let range = self.inside(node, error.at, error.len);
            let what = if code == Code::InvalidPath { "path" } else { "call" };
            let message = format!("invalid {what} in {field:?}: {}", error.message);
            self.problems.push(
                Problem::new(code, &range, message)
                    .help(error.help)
                    .owner(&object.range),
            );
            Template::Invalid
        })
    }

    /// A field that takes an expression in place of what else it holds.
    pub(super) fn or_expression(
        &mut self,
        kind: Kind,
        language: Language,
        member: &'j Member,
        node: &'j Node,
    ) -> Value<'j> {
        match node.as_str() {
            Some(text) if text.starts_with("{%") || text.ends_with("%}") => {
                self.expressions(node);
                Value::Expressions
            }
            _ => self.value(kind, language, member, node),
        }
    }

    /// Looks at the delimiters of all expressions in a value.
    pub(super) fn expressions(&mut self, node: &Node) {
        match &node.value {
            json::Value::String(text) => {
                let (opens, closes) = (text.starts_with("{%"), text.ends_with("%}"));
                // `{%}` has both, but not one after the other.
                let closed = opens && closes && text.len() >= 4;
                // The service takes an expression with white space around it for a literal string.
                let trimmed = text.trim();
                let literal = trimmed.starts_with("{%") == trimmed.ends_with("%}") && !(opens && closes);
                if closed || literal {
                    return;
                }
                let message = if opens {
                    "this expression opens with `{%`, but does not close with `%}`"
                } else {
                    "this expression closes with `%}`, but does not open with `{%`"
                };
                self.problems
                    .push(Problem::new(Code::InvalidExpression, &node.range, message));
            }
            json::Value::Array(elements) => elements.iter().for_each(|element| self.expressions(element)),
            json::Value::Object(members) => members.iter().for_each(|member| self.expressions(&member.value)),
            _ => {}
        }
    }
}
