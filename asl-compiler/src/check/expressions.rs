//! JSONata expressions: what they refer to exists where they stand.

use super::{maps::is_distributed, variables::assigned};
use crate::{
    diagnostic::{Problem, Problems},
    jsonata::{self, Surroundings},
    syntax::{
        block::{Block, State, Value},
        expression::Expression,
        shape::{Language, StateType},
    },
};

/// Members of `$states` in every field.
const EVERYWHERE: &[&str] = &["input", "context"];
/// Members of `$states` in what is evaluated after the work of a state.
const AFTER_WORK: &[&str] = &["input", "context", "result"];
/// Members of `$states` in a catcher.
const IN_CATCHER: &[&str] = &["input", "context", "errorOutput"];

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    scope(machine, &[], problems);
}

/// Checks a scope and those inside it. `outer` are the variables that the scopes around it assign.
fn scope(scope: &Block<'_>, outer: &[&str], problems: &mut Problems) {
    let assigned = scope.states().iter().flat_map(assigned).map(|(name, _)| name);
    let visible: Vec<&str> = outer.iter().copied().chain(assigned).collect();
    for state in scope.states() {
        if state.block.language == Language::Jsonata {
            self::state(state, &visible, problems);
        }
        // The items of a distributed Map are executions of their own, with variables of their own.
        let outer = if is_distributed(state) { &[] } else { &*visible };
        for inner in state.scopes() {
            self::scope(inner, outer, problems);
        }
    }
}

fn state(state: &State<'_>, variables: &[&str], problems: &mut Problems) {
    let works = matches!(
        state.kind,
        Some(StateType::Task | StateType::Parallel | StateType::Map)
    );
    for entry in &state.block.entries {
        let members = match entry.name() {
            "Output" | "Assign" if works => AFTER_WORK,
            "Catch" => IN_CATCHER,
            _ => EVERYWHERE,
        };
        each(&entry.value, &mut |expression| {
            one(expression, members, variables, problems);
        });
    }
}

/// Calls `visit` with the expressions of a field. States inside speak for themselves.
fn each<'v, 'j>(value: &'v Value<'j>, visit: &mut impl FnMut(&'v Expression<'j>)) {
    match value {
        Value::Template(template) => template.expressions(visit),
        Value::Block(block) => in_block(block, visit),
        Value::Blocks(blocks) => blocks.iter().for_each(|block| in_block(block, visit)),
        _ => {}
    }
}

fn in_block<'v, 'j>(block: &'v Block<'j>, visit: &mut impl FnMut(&'v Expression<'j>)) {
    if block.shape.field("States").is_none() {
        block.entries.iter().for_each(|entry| each(&entry.value, visit));
    }
}

fn one(expression: &Expression<'_>, states: &[&str], variables: &[&str], problems: &mut Problems) {
    let surroundings = Surroundings {
        states,
        variables,
        context: false,
    };
    for problem in jsonata::check(&expression.tree, &surroundings) {
        let range = expression.places.of(&problem.range);
        problems.push(Problem::new(problem.diagnostic, &range, problem.message).help(problem.hint));
    }
}

#[cfg(test)]
mod tests {
    use crate::{Source, compile};

    /// Codes and places of all problems of a machine of these states, those included that the service finds later.
    fn problems(states: &str) -> Vec<String> {
        let source = Source {
            path: "test.asl.json".to_owned(),
            text: format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{{states}}}}}"#),
        };
        match compile(&source) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .iter()
                .map(|problem| {
                    let shown = &source.text[problem.range.clone()];
                    format!("{} {shown} @ {}", problem.code, problem.location)
                })
                .collect(),
        }
    }

    #[test]
    fn results_and_errors_are_where_they_are() {
        let task = |fields: &str| {
            problems(&format!(
                r#""A": {{"Type": "Task", "Resource": "r", "End": true, {fields}}}, "B": {{"Type": "Succeed"}}"#
            ))
        };
        let catch = |fields: &str| {
            task(&format!(
                r#""Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "B", {fields}}}]"#
            ))
        };
        assert_eq!(
            task(r#""Output": "{% $states.result %}", "Catch": [{"ErrorEquals": ["X"], "Next": "B"}]"#),
            [""; 0]
        );
        assert_eq!(catch(r#""Output": "{% $states.errorOutput.Error %}""#), [""; 0]);
        assert_eq!(
            catch(r#""Assign": {"x": ["{% $states.result %}"]}"#),
            ["ASL194 result @ /States/A/Catch[0]/Assign/x[0]"]
        );
        assert_eq!(
            task(
                r#""Arguments": {"x": "{% $states.result %}"}, "Catch": [{"ErrorEquals": ["X"], "Next": "B"}]"#
            ),
            ["ASL194 result @ /States/A/Arguments/x"]
        );
        assert_eq!(
            problems(r#""A": {"Type": "Pass", "End": true, "Output": "{% $states.result %}"}"#),
            ["ASL194 result @ /States/A/Output"]
        );
    }

    #[test]
    fn variables_are_assigned_somewhere_around() {
        let map = |config: &str| {
            problems(&format!(
                r#""A": {{"Type": "Map", "Assign": {{"x": 1}}, "End": true, "ItemProcessor": {{{config}
                    "StartAt": "B", "States": {{"B": {{"Type": "Pass", "Output": "{{% $x %}}", "End": true}}}}}}}}"#
            ))
        };
        assert_eq!(map(""), [""; 0]);
        assert_eq!(
            map(r#""ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},"#),
            ["ASL196 $x @ /States/A/ItemProcessor/States/B/Output"]
        );
    }

    #[test]
    fn the_place_is_inside_the_string() {
        assert_eq!(
            problems(r#""A": {"Type": "Pass", "Output": "{% \"é\" & (1 + ) %}", "End": true}"#),
            ["ASL192 ) @ /States/A/Output"]
        );
    }
}
