//! From text to machine, or to everything that is wrong with it.

use crate::{
    check,
    diagnostic::{Code, Diagnostic, Diagnostics, Problem, Problems},
    ir,
    json::{self, Node},
    lower,
    skeleton::Skeleton,
    syntax,
};

/// A definition file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path, as messages show it.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// What kind of state machine a definition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MachineKind {
    /// Any: what only one of the kinds refuses is let be.
    #[default]
    Unspecified,
    /// A standard machine.
    Standard,
    /// An express machine: no activities, no waiting for jobs or callbacks, no distributed Map.
    Express,
}

/// Compiles a definition. On failure gives everything that is wrong with it, in one go.
pub fn compile(source: &Source) -> Result<ir::Machine, Diagnostics> {
    let mut problems = Problems::default();
    let root = match read_json(source, &mut problems) {
        Some(root) => root,
        None => {
            return Err(Diagnostics::new(
                problems.finish(source, None),
                Skeleton::default(),
            ));
        }
    };
    let machine = syntax::read(&source.text, &root, &mut problems);
    check::check(&machine, MachineKind::Unspecified, &mut problems);
    check::check_support(&machine, &mut problems);
    let lowered = if problems.is_empty() {
        lower::lower(source, &machine, &mut problems)
    } else {
        None
    };
    match lowered {
        Some(lowered) => Ok(lowered),
        None => {
            let skeleton = lower::skeleton(source, &machine);
            Err(Diagnostics::new(problems.finish(source, Some(&root)), skeleton))
        }
    }
}

/// Tells what the service would refuse a definition for. What only this compiler does not support is let be.
pub fn validate(source: &Source, kind: MachineKind) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    let root = read_json(source, &mut problems);
    if let Some(root) = &root {
        let machine = syntax::read(&source.text, root, &mut problems);
        check::check(&machine, kind, &mut problems);
    }
    problems.finish(source, root.as_ref())
}

fn read_json(source: &Source, problems: &mut Problems) -> Option<Node> {
    match json::parse(&source.text) {
        Ok(node) if node.members().is_some() => Some(node),
        Ok(node) => {
            let message = format!("a definition must be a JSON object, not {}", node.kind_name());
            problems.push(Problem::new(Code::NotAnObject, &node.range, message));
            None
        }
        Err(error) => {
            let (code, what) = match error.kind {
                json::ErrorKind::TooDeep => (Code::TooDeeplyNested, error.message),
                json::ErrorKind::Empty => (Code::NotAnObject, error.message),
                json::ErrorKind::Syntax => {
                    (Code::InvalidJson, format!("this is not JSON: {}", error.message))
                }
            };
            problems.push(Problem::new(code, &error.range, what));
            None
        }
    }
}
