//! Where states lead to: targets exist in the same scope, every state is reached, every scope ends.

use std::{collections::HashMap, ops::Range};

use super::fields::mistyped;
use crate::{
    diagnostic::{Code, Problem, Problems, nearest},
    json,
    syntax::{
        block::{Block, Entry, State, Value},
        shape::StateType,
    },
};

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    let scopes = machine.scopes();
    let all: Vec<&State<'_>> = machine.all_states();
    for state in &all {
        next_or_end(state, problems);
    }
    for scope in scopes {
        Scope::new(scope, &all).check(problems);
    }
}

/// The states of one scope, with those of all scopes for hints.
struct Scope<'s, 'j> {
    block: &'s Block<'j>,
    indices: HashMap<&'j str, usize>,
    all: &'s [&'s State<'j>],
    /// Whether it is known where every state leads to, if what is mistyped is taken as it was meant.
    known: bool,
    /// Whether a target is mistyped.
    mistyped: bool,
}

impl<'s, 'j> Scope<'s, 'j> {
    fn new(block: &'s Block<'j>, all: &'s [&'s State<'j>]) -> Self {
        let mut indices = HashMap::new();
        for (index, state) in block.states().iter().enumerate() {
            indices.entry(state.name).or_insert(index);
        }
        Scope {
            block,
            indices,
            all,
            known: true,
            mistyped: false,
        }
    }

    fn check(mut self, problems: &mut Problems) {
        let states = self.block.states();
        if states.is_empty() {
            return;
        }
        let mut start = Vec::new();
        self.resolve(self.block.entry("StartAt"), &mut start, problems);
        let edges: Vec<Vec<usize>> = states.iter().map(|state| self.targets(state, problems)).collect();
        // Where a target is missing, what it would have led to is not known.
        if !self.known || start.is_empty() {
            return;
        }
        if !states.iter().any(ends) {
            if self.mistyped {
                return;
            }
            let message = if self.block.shape.field("QueryLanguage").is_some() {
                "the workflow has no terminal state".to_owned()
            } else {
                format!("{} has no terminal state", self.block.shape.name)
            };
            let problem = Problem::new(Code::NoTerminalState, &self.anchor(), message)
                .help("give one of its states `\"End\": true`, or add a Succeed or Fail state".to_owned());
            problems.push(problem.nowhere());
            return;
        }
        for (index, (state, reached)) in states.iter().zip(reached(&start, &edges)).enumerate() {
            // One with the name of another cannot be reached, but that is not what is wrong with it.
            if !reached && self.indices.get(state.name) == Some(&index) {
                let message = format!("state {:?} is not reachable", state.name);
                problems
                    .push(Problem::new(Code::Unreachable, state.key, message).label("nothing leads here"));
            }
        }
    }

    /// Where to point when the scope as a whole is meant.
    fn anchor(&self) -> Range<usize> {
        match self.block.member("States") {
            Some(member) => member.key_range.clone(),
            None => self.block.anchor.clone(),
        }
    }

    /// All states that a state leads to.
    fn targets(&mut self, state: &State<'j>, problems: &mut Problems) -> Vec<usize> {
        let block = &state.block;
        let mut targets = Vec::new();
        for field in ["Next", "Default"] {
            self.resolve(block.entry(field), &mut targets, problems);
        }
        for entry in block.blocks("Choices").iter().chain(block.blocks("Catch")) {
            self.resolve(entry.entry("Next"), &mut targets, problems);
            self.known &= entry.text("Next").is_some();
        }
        self.known &= match state.kind {
            Some(StateType::Choice) => block.entries.iter().any(|entry| entry.name() == "Choices"),
            Some(StateType::Succeed | StateType::Fail) => true,
            Some(_) => !targets.is_empty() || ends(state),
            None => false,
        };
        targets
    }

    /// Finds the state that a field names. What is meant by a name that is mistyped counts as found.
    fn resolve(&mut self, entry: Option<&Entry<'j>>, targets: &mut Vec<usize>, problems: &mut Problems) {
        let Some(entry) = entry else { return };
        let Value::Text(name) = entry.value else {
            self.known = false;
            return;
        };
        if let Some(index) = self.indices.get(name) {
            targets.push(*index);
            return;
        }
        let range = &entry.member.value.range;
        let elsewhere = self.all.iter().any(|state| state.name == name);
        let meant = nearest(name, self.block.states().iter().map(|state| state.name));
        let problem = if elsewhere {
            let message = format!("state {name:?} is not in the same scope");
            Problem::new(Code::MissingTarget, range, message).help(
                "a state can only lead to a state beside it: not into or out of a branch or a Map".to_owned(),
            )
        } else {
            let message = format!("no state is called {name:?}");
            Problem::new(Code::MissingTarget, range, message)
                .help(meant.map(|name| format!("did you mean {name:?}?")))
        };
        problems.push(problem);
        match meant.and_then(|name| self.indices.get(name)) {
            Some(index) if !elsewhere => {
                self.mistyped = true;
                targets.push(*index);
            }
            _ => self.known = false,
        }
    }
}

/// Whether a state ends its scope.
fn ends(state: &State<'_>) -> bool {
    matches!(state.kind, Some(StateType::Succeed | StateType::Fail))
        || matches!(state.block.value("End"), Some(Value::Boolean(true)))
}

/// Which states can be reached from those in `start`.
fn reached(start: &[usize], edges: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut waiting = start.to_vec();
    while let Some(index) = waiting.pop() {
        if !std::mem::replace(&mut reached[index], true) {
            waiting.extend(&edges[index]);
        }
    }
    reached
}

/// States that go on or end by a field need exactly one of the two.
fn next_or_end(state: &State<'_>, problems: &mut Problems) {
    let block = &state.block;
    if state.kind.is_none() || block.shape.field("Next").is_none() || block.node.members().is_none() {
        return;
    }
    let (next, end) = (block.member("Next"), block.member("End"));
    let problem = match (next, end) {
        (None, None) if mistyped(block).iter().any(|name| matches!(*name, "Next" | "End")) => return,
        (None, None) => {
            let message = format!("{} needs `Next` or `\"End\": true`", block.shape.name);
            Problem::new(Code::NextOrEnd, &block.anchor, message)
        }
        (Some(_), Some(end)) if end.value.value != json::Value::Bool(false) => {
            let message = format!("{} cannot have both `Next` and `End`", block.shape.name);
            Problem::new(Code::NextOrEnd, &end.key_range, message)
        }
        (None, Some(end)) if end.value.value == json::Value::Bool(false) => {
            let message = "`\"End\": false` does not end the workflow".to_owned();
            let help = format!("{} needs `Next` or `\"End\": true`", block.shape.name);
            Problem::new(Code::NextOrEnd, &end.value.range, message).help(help)
        }
        _ => return,
    };
    problems.push(problem.owner(state.key));
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{problems, problems_in_states};

    fn pass(name: &str, next: &str) -> String {
        format!(r#""{name}": {{"Type": "Pass", "Next": "{next}"}}"#)
    }

    fn end(name: &str) -> String {
        format!(r#""{name}": {{"Type": "Pass", "End": true}}"#)
    }

    #[test]
    fn targets_exist() {
        assert_eq!(
            problems_in_states("A", &[pass("A", "Charge"), end("B")].join(",")),
            [r#"ASL120 no state is called "Charge" @ /States/A/Next"#]
        );
        assert_eq!(
            problems_in_states("X", &end("A")),
            [r#"ASL120 no state is called "X" @ /StartAt"#]
        );
        let choice = r#""A": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "X"}], "Default": "Y"}"#;
        assert_eq!(
            problems_in_states("A", &[choice.to_owned(), end("B")].join(",")),
            [
                r#"ASL120 no state is called "X" @ /States/A/Choices[0]/Next"#,
                r#"ASL120 no state is called "Y" @ /States/A/Default"#,
            ]
        );
    }

    #[test]
    fn what_was_meant_counts_as_reached() {
        assert_eq!(
            problems_in_states("A", &[pass("A", "ChargeCrad"), end("ChargeCard")].join(",")),
            [r#"ASL120 no state is called "ChargeCrad" @ /States/A/Next"#]
        );
    }

    #[test]
    fn targets_are_in_the_same_scope() {
        let branch = format!(r#"{{"StartAt": "B", "States": {{{}}}}}"#, pass("B", "C"));
        let parallel = format!(r#""A": {{"Type": "Parallel", "Branches": [{branch}], "Next": "C"}}"#);
        assert_eq!(
            problems_in_states("A", &[parallel, end("C")].join(",")),
            [r#"ASL120 state "C" is not in the same scope @ /States/A/Branches[0]/States/B/Next"#]
        );
    }

    #[test]
    fn every_state_is_reached() {
        assert_eq!(
            problems_in_states("A", &[end("A"), pass("B", "C"), pass("C", "B")].join(",")),
            [
                r#"ASL121 state "B" is not reachable @ /States/B"#,
                r#"ASL121 state "C" is not reachable @ /States/C"#,
            ]
        );
        let catch = r#"[{"ErrorEquals": ["States.ALL"], "Next": "B"}]"#;
        let task = format!(r#""A": {{"Type": "Task", "Resource": "a", "Catch": {catch}, "End": true}}"#);
        assert!(problems_in_states("A", &[task, end("B")].join(",")).is_empty());
    }

    #[test]
    fn every_scope_ends() {
        let help = "ASL122 the workflow has no terminal state @ ";
        assert_eq!(
            problems_in_states("A", &[pass("A", "B"), pass("B", "A")].join(",")),
            [help]
        );
        let processor = format!(r#"{{"StartAt": "B", "States": {{{}}}}}"#, pass("B", "B"));
        assert_eq!(
            problems_in_states(
                "A",
                &format!(r#""A": {{"Type": "Map", "ItemProcessor": {processor}, "End": true}}"#)
            ),
            ["ASL122 an item processor has no terminal state @ "]
        );
    }

    #[test]
    fn states_go_on_or_end() {
        let state = |fields: &str| {
            problems_in_states("A", &format!(r#""A": {{"Type": "Pass"{fields}}}, {}"#, end("B")))
        };
        let one = |fields: &str, problem: &str| {
            let problems = state(fields);
            assert_eq!(problems[0], format!("{problem} @ /States/A"), "{fields}");
        };
        one("", "ASL123 a Pass state needs `Next` or `\"End\": true`");
        one(
            r#", "End": false"#,
            "ASL123 `\"End\": false` does not end the workflow",
        );
        one(
            r#", "Next": "B", "End": true"#,
            "ASL123 a Pass state cannot have both `Next` and `End`",
        );
        assert!(state(r#", "Next": "B", "End": false"#).is_empty());
    }

    #[test]
    fn mistakes_in_a_state_do_not_make_others_unreachable() {
        assert_eq!(
            problems_in_states(
                "A",
                &format!(r#""A": {{"Type": "Pas", "Nxt": "B"}}, {}"#, end("B"))
            ),
            ["ASL113 `Type` cannot be \"Pas\" @ /States/A/Type"]
        );
        assert_eq!(
            problems(&format!(r#"{{"StartAt": 1, "States": {{{}}}}}"#, end("B"))),
            ["ASL112 `StartAt` must be a string, not a number @ /StartAt"]
        );
    }
}
