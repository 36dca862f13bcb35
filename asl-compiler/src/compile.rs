//! From text to machine, or to everything that is wrong with it.

use crate::{
    check::{self, Allowed},
    diagnostic::{Code, Diagnostic, Diagnostics, Problem, Problems},
    ir,
    json::{self, Node},
    lower,
    skeleton::Skeleton,
    syntax::{self, block::Block},
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
    compile_allowing(source, Allowed::default())
}

/// As [`compile`], with some things let be.
pub fn compile_allowing(source: &Source, allowed: Allowed) -> Result<ir::Machine, Diagnostics> {
    let mut problems = Problems::default();
    let Some(root) = read_json(source, &mut problems) else {
        let skeleton = guess_skeleton(source);
        return Err(Diagnostics::new(problems.finish(source, None), skeleton));
    };
    let machine = syntax::read(&source.text, &root, &mut problems);
    check::check(&machine, MachineKind::Unspecified, &mut problems);
    problems.retain(|code| !allowed.covers(code));
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

/// Tells what the service would refuse a definition for. What it accepts, but this compiler does not, is let be.
pub fn validate(source: &Source, kind: MachineKind) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    let root = read_json(source, &mut problems);
    if let Some(root) = &root {
        let machine = syntax::read(&source.text, root, &mut problems);
        check::check(&machine, kind, &mut problems);
    }
    problems.retain(|code| !code.is_accepted_by_service());
    problems.finish(source, root.as_ref())
}

/// What `read` makes of a definition that the service would take.
pub(crate) fn read_valid<T>(source: &Source, read: impl FnOnce(&Block<'_>) -> T) -> Result<T, Diagnostics> {
    let mut problems = Problems::default();
    let Some(root) = read_json(source, &mut problems) else {
        return Err(Diagnostics::new(
            problems.finish(source, None),
            guess_skeleton(source),
        ));
    };
    let machine = syntax::read(&source.text, &root, &mut problems);
    check::check(&machine, MachineKind::Unspecified, &mut problems);
    problems.retain(|code| !code.is_accepted_by_service());
    if problems.is_empty() {
        return Ok(read(&machine));
    }
    let skeleton = lower::skeleton(source, &machine);
    Err(Diagnostics::new(problems.finish(source, Some(&root)), skeleton))
}

/// The states of a text that is not JSON, as far as it shows what was meant.
fn guess_skeleton(source: &Source) -> Skeleton {
    let root = json::guess(&source.text).filter(|root| root.members().is_some());
    root.map_or_else(Skeleton::default, |root| {
        let machine = syntax::read(&source.text, &root, &mut Problems::default());
        lower::skeleton(source, &machine)
    })
}

/// What a definition looks like, for texts that are something else.
const SHAPE: &str = r#"a definition is an object: `{ "StartAt": "...", "States": { ... } }`"#;

/// Longest definition that the service
/// [takes](https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html), in bytes.
const LONGEST: usize = 1 << 20;

fn read_json(source: &Source, problems: &mut Problems) -> Option<Node> {
    let length = source.text.len();
    if length > LONGEST {
        let message = format!("the definition has {length} bytes, and the service takes {LONGEST}");
        let help = "spaces and line breaks count; what does not fit without them can be a machine of its own";
        let start = 0..source.text.chars().next().map_or(0, char::len_utf8);
        problems.push(Problem::new(Code::DefinitionTooLong, &start, message).help(help.to_owned()));
    }
    match json::parse(&source.text) {
        Ok(node) if node.members().is_some() => Some(node),
        Ok(node) => {
            let message = format!("a definition must be a JSON object, not {}", node.kind_name());
            problems.push(Problem::new(Code::NotAnObject, &node.range, message).help(SHAPE.to_owned()));
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
            let problem = Problem::new(code, &error.range, what);
            problems.push(match error.kind {
                json::ErrorKind::Empty => problem.help(SHAPE.to_owned()),
                json::ErrorKind::TooDeep | json::ErrorKind::Syntax => problem,
            });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Diagnostic;

    fn failed(text: &str) -> Diagnostics {
        match compile(&source(text)) {
            Ok(machine) => panic!("{machine:?}"),
            Err(diagnostics) => diagnostics,
        }
    }

    fn source(text: &str) -> Source {
        Source {
            path: "test.asl.json".to_owned(),
            text: text.to_owned(),
        }
    }

    fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
        diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code.as_str())
            .collect()
    }

    #[test]
    fn what_the_service_finds_out_later_is_refused_but_valid() {
        let text = r#"{"StartAt": "A", "States": {
            "A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true,
                "Output": ["{% $summ([1]) %}", "{% $x %}", "{% 1 + 'a' %}"]}}}"#;
        assert_eq!(
            codes(failed(text).iter().as_slice()),
            ["ASL195", "ASL196", "ASL197"]
        );
        assert!(validate(&source(text), MachineKind::Standard).is_empty());
        let refused = |unknown_names, failing_expressions| {
            let allowed = Allowed {
                unknown_names,
                failing_expressions,
            };
            let refused = compile_allowing(&source(text), allowed).err();
            refused.map_or(0, |diagnostics| diagnostics.iter().len())
        };
        assert_eq!(refused(true, false), 1);
        assert_eq!(refused(false, true), 2);
        assert_eq!(refused(true, true), 0);
    }

    #[test]
    fn a_definition_is_no_longer_than_the_service_takes() {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        let padded = |length: usize| source(&[text, &" ".repeat(length - text.len())].concat());
        assert!(compile(&padded(LONGEST)).is_ok());
        let refused = validate(&padded(LONGEST + 1), MachineKind::Unspecified);
        assert_eq!(codes(&refused), ["ASL105"]);
        assert_eq!(
            refused[0].message,
            "the definition has 1048577 bytes, and the service takes 1048576"
        );
        // Whatever it begins with.
        let refused = validate(&source(&"\u{feff}".repeat(LONGEST)), MachineKind::Unspecified);
        assert_eq!(codes(&refused), ["ASL105", "ASL100"]);
    }

    #[test]
    fn a_distributed_map_is_for_standard_machines() {
        let distributed = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}}}}"#;
        assert!(validate(&source(distributed), MachineKind::Standard).is_empty());
        assert_eq!(
            codes(&validate(&source(distributed), MachineKind::Express)),
            ["ASL181"]
        );
    }

    #[test]
    fn mistakes_are_found_beside_mistakes_in_expressions() {
        let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Pass", "Foo": 1, "Output": "{% 1 + %}", "Next": "B"}}}"#;
        assert_eq!(
            codes(failed(text).iter().as_slice()),
            ["ASL110", "ASL192", "ASL120"]
        );
    }

    #[test]
    fn the_skeleton_has_what_could_be_read() {
        let text = r#"{"Comment": "c", "StartAt": "X", "States": {
            "A": {"Type": "Task", "Comment": "pays", "Resource": "arn:aws:states:::lambda:invoke", "Foo": 1},
            "B": {"Type": "Tsk"}, "A": {}, "C": 1}}"#;
        let skeleton = failed(text).skeleton;
        assert_eq!(skeleton.comment.as_deref(), Some("c"));
        let states: Vec<_> = skeleton
            .states
            .iter()
            .map(|state| (state.name.as_str(), state.kind))
            .collect();
        assert_eq!(states, [("A", Some("Task")), ("B", None), ("C", None)]);
        let tasks: Vec<_> = skeleton.tasks().collect();
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].comment.as_deref(), Some("pays"));
        assert_eq!(tasks[0].place, ir::Place { line: 2, column: 13 });
        assert!(matches!(
            tasks[0].resource.as_ref().map(|resource| &resource.kind),
            Some(ir::ResourceKind::Service { .. })
        ));
    }

    #[test]
    fn the_skeleton_has_what_was_meant_by_almost_json() {
        let text = r#"{"StartAt": "A", // first
            'States': {"A": {"Type": "Tsk", "Resource": "a"} "B": {"Type": "Pass"},}}"#;
        let names = |text| -> Vec<_> {
            let states = failed(text).skeleton.states;
            states.into_iter().map(|state| (state.name, state.kind)).collect()
        };
        assert_eq!(
            names(text),
            [("A".to_owned(), Some("Task")), ("B".to_owned(), Some("Pass"))]
        );
        assert_eq!(names(r#"{"StartAt": "A", "States": {"A": "#), []);
        assert_eq!(names(&format!("{{'States': {}", "[".repeat(100_000))), []);
    }

    #[test]
    fn display_is_one_line_a_problem() {
        let text = "{\"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\"}}, \"Foo\": 1}";
        assert_eq!(
            failed(text).to_string(),
            "2:13: a Pass state needs `Next` or `\"End\": true` [ASL123]\n\
             2:37: the state machine has no field \"Foo\" [ASL110]"
        );
    }
}
