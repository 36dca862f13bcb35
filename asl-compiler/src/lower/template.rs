//! Templates, assignments and the paths of data flow.

use super::Lowering;
use crate::{
    ir,
    syntax::{
        block::{Block, Value},
        intrinsic::Call,
        path::{Path, Root},
        shape::Language,
        template::{self, Template},
    },
};

impl Lowering<'_> {
    /// A field that holds a payload template, or JSON with expressions in it.
    pub(super) fn template_field(&mut self, block: &Block<'_>, field: &str) -> Option<ir::Template> {
        if block.language == Language::Jsonata {
            return self.value(block, "", field);
        }
        block
            .template(field)
            .map(|template| self.template(template, field))
    }

    /// `Assign`. `place` is the way from the state to the block.
    pub(super) fn assign(&mut self, block: &Block<'_>, place: &str) -> Vec<ir::Assignment> {
        let Some(assign) = block.template("Assign") else {
            return Vec::new();
        };
        let mut assignments = Vec::new();
        let jsonata = block.language == Language::Jsonata;
        for (member, value) in assign.members() {
            let value = match value {
                Some(value) if jsonata => self.query(value, &format!("{place}Assign/{}", member.key)),
                Some(value) => self.template(value, &member.key),
                None => ir::Template::Constant(member.value.to_json()),
            };
            let variable = self.variable(if jsonata {
                &member.key
            } else {
                template::name(&member.key)
            });
            assignments.push(ir::Assignment { variable, value });
        }
        assignments
    }

    /// `InputPath` or `OutputPath`.
    pub(super) fn select(&mut self, block: &Block<'_>, field: &str) -> Option<ir::Select> {
        match block.value(field)? {
            Value::Null => Some(ir::Select::Empty),
            Value::Path(path) if is_document(path) => None,
            Value::Path(path) => Some(ir::Select::Path(self.path(path))),
            _ => None,
        }
    }

    /// A call, its variables taken note of.
    pub(super) fn call(&mut self, call: &Call) -> Call {
        for path in call.paths() {
            self.path(path);
        }
        call.clone()
    }

    fn template(&mut self, template: &Template<'_>, field: &str) -> ir::Template {
        let field = || field.to_owned();
        match template {
            Template::Constant(node) => ir::Template::Constant(node.to_json()),
            Template::Object(_, members) => ir::Template::Object(
                members
                    .iter()
                    .map(|member| {
                        let value = self.template(&member.value, &member.member.key);
                        (member.name.to_owned(), value)
                    })
                    .collect(),
            ),
            Template::Array(elements) => ir::Template::Array(
                elements
                    .iter()
                    .map(|element| self.template(element, &field()))
                    .collect(),
            ),
            Template::Path(path) => ir::Template::Path {
                field: field(),
                path: self.path(path),
            },
            Template::Call(call) => ir::Template::Intrinsic {
                field: field(),
                call: self.call(call),
            },
            // The latter has been reported.
            Template::Expression(_) | Template::Invalid => ir::Template::Constant(ir::Json::Null),
        }
    }
}

/// Whether a path is `$`: the whole document, as if there were no path.
pub(super) fn is_document(path: &Path) -> bool {
    path.root == Root::Document && path.steps.is_empty()
}

/// `ResultPath`.
pub(super) fn result_path(block: &Block<'_>) -> ir::ResultPath {
    match block.value("ResultPath") {
        Some(Value::Null) => ir::ResultPath::Discard,
        Some(Value::ResultPath(path)) if !path.steps.is_empty() => ir::ResultPath::At(path.clone()),
        _ => ir::ResultPath::Replace,
    }
}
