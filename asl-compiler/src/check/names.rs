//! Names of states and labels of Map states.

use std::collections::HashMap;

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::block::{Block, State},
};

/// Longest name of a state, in characters.
const MAX_NAME: usize = 80;
/// Longest label, in characters.
const MAX_LABEL: usize = 40;

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (scope, block) in machine.scopes().into_iter().enumerate() {
        for state in block.states() {
            length(state, problems);
            // In one scope it is a key that is given twice, which is reported as such.
            if *seen.entry(state.name).or_insert(scope) != scope {
                let message = format!("another state is called {:?} already", state.name);
                let help =
                    "state names are unique in the whole machine, branches and Map processors included";
                let problem = Problem::new(Code::DuplicateStateName, state.key, message);
                problems.push(problem.help(help.to_owned()));
            }
        }
    }
    labels(machine, problems);
}

fn length(state: &State<'_>, problems: &mut Problems) {
    let length = state.name.chars().count();
    let message = match length {
        0 => "a state's name cannot be empty".to_owned(),
        1..=MAX_NAME => return,
        _ => format!("this state's name has {length} characters; {MAX_NAME} are allowed"),
    };
    problems.push(Problem::new(Code::InvalidStateName, state.key, message));
}

fn labels(machine: &Block<'_>, problems: &mut Problems) {
    let mut seen = Vec::new();
    for state in machine.all_states() {
        let (Some(label), Some(member)) = (state.block.text("Label"), state.block.member("Label")) else {
            continue;
        };
        let range = &member.value.range;
        if seen.contains(&label) {
            let message = format!("another Map state has the label {label:?} already");
            problems.push(Problem::new(Code::DuplicateLabel, range, message));
        }
        seen.push(label);
        if label.chars().count() > MAX_LABEL {
            let message = format!("a label can have {MAX_LABEL} characters");
            problems.push(Problem::new(Code::InvalidLabel, range, message));
        } else if let Some(char) = label.chars().find(|char| !is_allowed_in_label(*char)) {
            let message = format!("a label cannot contain {char:?}");
            problems.push(Problem::new(Code::InvalidLabel, range, message));
        }
    }
}

fn is_allowed_in_label(char: char) -> bool {
    !char.is_whitespace() && !char.is_control() && !"?*<>{}[]:;,\\^~$#%&\"|`".contains(char)
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{problems, problems_in_states};

    #[test]
    fn names_have_1_to_80_characters() {
        let long = "é".repeat(81);
        let states = format!(r#""": {{"Type": "Pass", "Next": "{long}"}}, "{long}": {{"Type": "Succeed"}}"#);
        assert_eq!(
            problems(&format!(r#"{{"StartAt": "{long}", "States": {{{states}}}}}"#))[..2],
            [
                "ASL121 state \"\" is not reachable @ /States/",
                "ASL130 a state's name cannot be empty @ /States/",
            ]
        );
        let name = "é".repeat(80);
        assert!(problems_in_states(&name, &format!(r#""{name}": {{"Type": "Succeed"}}"#)).is_empty());
    }

    #[test]
    fn names_are_unique_over_all_scopes() {
        let branch = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        assert_eq!(
            problems_in_states(
                "A",
                &format!(r#""A": {{"Type": "Parallel", "End": true, "Branches": [{branch}]}}"#)
            ),
            [r#"ASL131 another state is called "A" already @ /States/A/Branches[0]/States/A"#]
        );
    }

    #[test]
    fn labels_are_short_plain_and_unique() {
        let map = |name: &str, label: &str, next: &str| {
            format!(
                r#""{name}": {{"Type": "Map", {next}, "Label": "{label}", "ItemProcessor": {{
                    "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
                    "StartAt": "{name}1", "States": {{"{name}1": {{"Type": "Succeed"}}}}}}}}"#
            )
        };
        let states = [
            map("A", "a b", r#""Next": "B""#),
            map("B", &"x".repeat(41), r#""Next": "C""#),
            map("C", "same", r#""Next": "D""#),
            map("D", "same", r#""End": true"#),
        ];
        assert_eq!(
            problems_in_states("A", &states.join(",")),
            [
                "ASL134 a label cannot contain ' ' @ /States/A/Label",
                "ASL134 a label can have 40 characters @ /States/B/Label",
                r#"ASL135 another Map state has the label "same" already @ /States/D/Label"#,
            ]
        );
    }
}
