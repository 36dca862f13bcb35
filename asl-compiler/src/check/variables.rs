//! Variables: their names, and who may assign them.

use crate::{
    diagnostic::{Code, Problem, Problems},
    json::Member,
    syntax::{
        block::{Block, State},
        path::is_variable_name,
        shape::Language,
        template,
    },
};

use super::maps::is_distributed;

/// Longest name of a variable, in characters.
const MAX_NAME: usize = 80;

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    scope(machine, &[], problems);
}

/// Checks a scope and those inside it. `outer` are the variables that the scopes around it assign.
fn scope(scope: &Block<'_>, outer: &[&str], problems: &mut Problems) {
    for (name, member) in scope.states().iter().flat_map(assigned) {
        if let Some(problem) = invalid_name(name, member) {
            problems.push(problem);
        } else if outer.contains(&name) {
            let message = format!("variable {name:?} belongs to an outer scope and cannot be assigned here");
            let help = "pass the value out in the output, and assign it in the state around this scope";
            let problem = Problem::new(Code::ShadowedVariable, &member.key_range, message);
            problems.push(problem.help(help.to_owned()));
        }
    }
    for (index, state) in scope.states().iter().enumerate() {
        if state.scopes().next().is_none() {
            continue;
        }
        let mut visible = Vec::new();
        // The items of a distributed Map are executions of their own, with variables of their own.
        if !is_distributed(state) {
            visible.extend(outer);
            for (other, assigning) in scope.states().iter().enumerate() {
                // The service lets an inner scope assign what only the catchers around it assign.
                let assigned = if other == index {
                    in_block(&assigning.block)
                } else {
                    assigned(assigning)
                };
                visible.extend(assigned.into_iter().map(|(name, _)| name));
            }
        }
        for inner in state.scopes() {
            self::scope(inner, &visible, problems);
        }
    }
}

/// All variables that a state assigns: itself, in its catchers or its rules.
pub(super) fn assigned<'j>(state: &State<'j>) -> Vec<(&'j str, &'j Member)> {
    let block = &state.block;
    let inner = block.blocks("Catch").iter().chain(block.blocks("Choices"));
    std::iter::once(block).chain(inner).flat_map(in_block).collect()
}

/// The variables of one `Assign`.
fn in_block<'j>(block: &Block<'j>) -> Vec<(&'j str, &'j Member)> {
    let assign = block
        .entry("Assign")
        .and_then(|entry| entry.member.value.members())
        .unwrap_or_default();
    let name = |member: &'j Member| match block.language {
        Language::JsonPath => template::name(&member.key),
        Language::Jsonata => member.key.as_str(),
    };
    assign.iter().map(|member| (name(member), member)).collect()
}

fn invalid_name(name: &str, member: &Member) -> Option<Problem> {
    let problem = |message: String| Problem::new(Code::InvalidVariableName, &member.key_range, message);
    if name == "states" {
        return Some(problem("`states` is reserved and cannot be assigned".to_owned()));
    }
    if let Some(bare) = name.strip_prefix('$') {
        let problem = problem(format!(
            "a variable is assigned without the `$`, which {name:?} has"
        ));
        return Some(problem.help(is_variable_name(bare).then(|| format!("write {bare:?}"))));
    }
    if !is_variable_name(name) {
        let help = "a name starts with a letter and goes on with letters, digits and `_`".to_owned();
        return Some(problem(format!("{name:?} cannot be the name of a variable")).help(help));
    }
    let length = name.chars().count();
    (length > MAX_NAME).then(|| {
        problem(format!(
            "this variable's name has {length} characters; {MAX_NAME} are allowed"
        ))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{problems_in_pass, problems_in_states};

    #[test]
    fn names_are_identifiers() {
        let long = "x".repeat(81);
        let cases = [
            ("a-b", "ASL132 \"a-b\" cannot be the name of a variable"),
            ("", "ASL132 \"\" cannot be the name of a variable"),
            ("states", "ASL132 `states` is reserved and cannot be assigned"),
            (
                "$a",
                "ASL132 a variable is assigned without the `$`, which \"$a\" has",
            ),
            (
                &long,
                "ASL132 this variable's name has 81 characters; 80 are allowed",
            ),
        ];
        for (name, problem) in cases {
            assert_eq!(
                problems_in_pass(&format!(r#""Assign": {{"{name}": 1}}"#)),
                [format!("{problem} @ /States/A/Assign/{name}")]
            );
        }
        assert!(problems_in_pass(r#""Assign": {"größe_2.$": "$.a", "States": {"a-b": 1}}"#).is_empty());
        // Marks and joiners are parts of words.
        assert!(
            problems_in_pass(r#""Assign": {"हिन्दी.$": "$.a", "x‿y": 1, "é": 1}, "InputPath": "$हिन्दी.a""#)
                .is_empty()
        );
    }

    #[test]
    fn inner_scopes_may_assign_what_the_catchers_around_them_do() {
        let catch = r#"[{"ErrorEquals": ["States.ALL"], "Next": "C", "Assign": {"x": 1}}]"#;
        let branch =
            r#"{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true, "Assign": {"x": 2}}}}"#;
        let parallel =
            format!(r#""A": {{"Type": "Parallel", "Branches": [{branch}], "Catch": {catch}, "Next": "C"}}"#);
        assert!(problems_in_states("A", &format!(r#"{parallel}, "C": {{"Type": "Succeed"}}"#)).is_empty());
    }

    #[test]
    fn inner_scopes_leave_outer_variables_alone() {
        let states = |outer: &str, inner: &str, config: &str| {
            format!(
                r#""A": {{"Type": "Map", "End": true, "Assign": {{"{outer}.$": "$"}},
                    "ItemProcessor": {{{config} "StartAt": "B", "States": {{
                        "B": {{"Type": "Pass", "End": true, "Assign": {{"{inner}": 1}}}}}}}}}}"#
            )
        };
        assert_eq!(
            problems_in_states("A", &states("x", "x", "")),
            [
                "ASL133 variable \"x\" belongs to an outer scope and cannot be assigned here \
                 @ /States/A/ItemProcessor/States/B/Assign/x"
            ]
        );
        assert!(problems_in_states("A", &states("x", "y", "")).is_empty());
        let distributed = r#""ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},"#;
        assert!(problems_in_states("A", &states("x", "x", distributed)).is_empty());
    }
}
