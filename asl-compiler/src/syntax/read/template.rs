//! Payload templates and values with expressions.

use super::Reader;
use crate::{
    diagnostic::{Code, Problem},
    json::{self, Member, Node},
    jsonata,
    syntax::{
        block::Value,
        expression::{Expression, Places},
        intrinsic::parse_intrinsic,
        path::parse_path,
        resource::has_placeholder,
        shape::{Kind, Language},
        template::{self, SUFFIX, Template, TemplateMember},
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
        TemplateMember {
            member,
            name: template::name(&member.key),
            value,
        }
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
                Value::Template(self.jsonata(node))
            }
            Some(_) if let Some(wanted) = no_string(kind) => {
                let message = format!("`{}` must be {wanted} or an expression, not a string", member.key);
                let help = "an expression stands between `{%` and `%}`".to_owned();
                self.problems
                    .push(Problem::new(Code::WrongType, &node.range, message).help(help));
                Value::Invalid
            }
            _ => self.value(kind, language, member, node),
        }
    }

    /// A value with JSONata expressions in its strings.
    pub(super) fn jsonata(&mut self, node: &'j Node) -> Template<'j> {
        match &node.value {
            json::Value::String(text) => self.expression(node, text),
            json::Value::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.jsonata(element)).collect();
                if elements.iter().all(Template::is_constant) {
                    return Template::Constant(node);
                }
                Template::Array(elements)
            }
            json::Value::Object(members) => {
                let member = |member: &'j Member| TemplateMember {
                    member,
                    name: &member.key,
                    value: self.jsonata(&member.value),
                };
                let members: Vec<_> = members.iter().map(member).collect();
                if members.iter().all(|member| member.value.is_constant()) {
                    return Template::Constant(node);
                }
                Template::Object(node, members)
            }
            _ => Template::Constant(node),
        }
    }

    fn expression(&mut self, node: &'j Node, text: &str) -> Template<'j> {
        let Some((text, places)) = Places::find(self.text, node) else {
            let (opens, closes) = (text.starts_with("{%"), text.ends_with("%}"));
            // The service takes an expression with white space around it for a literal string.
            let trimmed = text.trim();
            if trimmed.starts_with("{%") == trimmed.ends_with("%}") && !(opens && closes) {
                return Template::Constant(node);
            }
            let message = if opens {
                "this expression opens with `{%`, but does not close with `%}`"
            } else {
                "this expression closes with `%}`, but does not open with `{%`"
            };
            self.problems
                .push(Problem::new(Code::InvalidExpression, &node.range, message));
            return Template::Invalid;
        };
        match jsonata::parse(text) {
            Ok(tree) => Template::Expression(Box::new(Expression { text, tree, places })),
            Err(problem) => {
                let range = places.of(&problem.range);
                let help = if has_placeholder(text) {
                    let help = "an expression cannot be read before its placeholder is replaced; \
                        in quotes it is a string until then: `'${Name}'`";
                    Some(help.to_owned())
                } else {
                    problem.hint
                };
                self.problems
                    .push(Problem::new(problem.diagnostic, &range, problem.message).help(help));
                Template::Invalid
            }
        }
    }
}

/// What a field holds, in words, if that is no string.
fn no_string(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Boolean => "`true`, `false`",
        Kind::Integer(..) => "a whole number",
        Kind::Number(..) => "a number",
        Kind::ObjectExpressions => "an object",
        Kind::ItemExpressions => "an array, an object",
        _ => return None,
    })
}
