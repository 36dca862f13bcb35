//! Which variables each state reads, as the service's DescribeStateMachine tells in `variableReferences`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Source,
    compile::read_valid,
    diagnostic::Diagnostics,
    jsonata,
    syntax::{
        block::{Block, Value},
        intrinsic::Call,
        path::{Path, Root},
        template::Template,
    },
};

/// The names of the variables that each state reads, by the state's name. States that read none are left out.
///
/// A variable that is only assigned is not read. What the states inside a state read is told for those alone.
///
/// # Errors
/// What the service would refuse the definition for.
pub fn variable_references(source: &Source) -> Result<BTreeMap<String, BTreeSet<String>>, Diagnostics> {
    read_valid(source, |machine| {
        let mut references = BTreeMap::new();
        for state in machine.all_states() {
            let mut names = BTreeSet::new();
            in_block(&state.block, &mut names);
            if !names.is_empty() {
                references.insert(state.name.to_owned(), names);
            }
        }
        references
    })
}

fn in_block(block: &Block<'_>, names: &mut BTreeSet<String>) {
    for entry in &block.entries {
        match &entry.value {
            Value::Path(path) => in_path(path, names),
            Value::Call(call) => in_call(call, names),
            Value::Template(template) => in_template(template, names),
            Value::Block(block) => in_block(block, names),
            Value::Blocks(blocks) => blocks.iter().for_each(|block| in_block(block, names)),
            // States speak for themselves, and the rest holds no paths.
            _ => {}
        }
    }
}

fn in_template(template: &Template<'_>, names: &mut BTreeSet<String>) {
    match template {
        Template::Path(path) => in_path(path, names),
        Template::Call(call) => in_call(call, names),
        Template::Object(_, members) => members
            .iter()
            .for_each(|member| in_template(&member.value, names)),
        Template::Array(elements) => elements.iter().for_each(|element| in_template(element, names)),
        Template::Expression(expression) => {
            let variables = jsonata::variables(&expression.tree);
            names.extend(variables.into_iter().map(str::to_owned));
        }
        Template::Constant(_) | Template::Invalid => {}
    }
}

fn in_call(call: &Call, names: &mut BTreeSet<String>) {
    call.paths().for_each(|path| in_path(path, names));
}

fn in_path(path: &Path, names: &mut BTreeSet<String>) {
    if let Root::Variable(name) = &path.root {
        names.insert(name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(states: &str) -> Vec<(String, Vec<String>)> {
        let source = Source {
            path: "test.asl.json".to_owned(),
            text: format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#),
        };
        match variable_references(&source) {
            Ok(references) => references
                .into_iter()
                .map(|(state, names)| (state, names.into_iter().collect()))
                .collect(),
            Err(diagnostics) => panic!("{diagnostics}"),
        }
    }

    #[test]
    fn every_field_is_looked_at() {
        let states = r#"
            "A": {"Type": "Pass", "Assign": {"a": 1, "b.$": "States.Array($c, States.UUID())"}, "Next": "B"},
            "B": {"Type": "Task", "Resource": "r", "InputPath": "$d.x", "Parameters": {"l": [{"p.$": "$e"}]},
                "ResultSelector": {"s.$": "$f"}, "OutputPath": "$g", "TimeoutSecondsPath": "$h",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"i.$": "$j"}, "Next": "C"}], "Next": "C"},
            "C": {"Type": "Choice", "Choices": [
                {"Not": {"Variable": "$k", "IsPresent": true}, "Next": "D"},
                {"Variable": "$.x", "NumericEqualsPath": "$l", "Assign": {"m.$": "$n"}, "Next": "D"}]},
            "D": {"Type": "Succeed"}"#;
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            references(states),
            [
                ("A".to_owned(), names("c")),
                ("B".to_owned(), names("d e f g h j")),
                ("C".to_owned(), names("k l n")),
            ]
        );
    }

    #[test]
    fn inner_states_speak_for_themselves() {
        let states = r#""A": {"Type": "Map", "ItemsPath": "$a", "End": true, "ItemProcessor": {
            "StartAt": "B", "States": {"B": {"Type": "Pass", "OutputPath": "$b", "End": true}}}}"#;
        let of = |state: &str, name: &str| (state.to_owned(), vec![name.to_owned()]);
        assert_eq!(references(states), [of("A", "a"), of("B", "b")]);
    }

    #[test]
    fn what_the_service_would_refuse_is_refused() {
        let source = Source {
            path: "test.asl.json".to_owned(),
            text: r#"{"StartAt": "A"}"#.to_owned(),
        };
        assert!(variable_references(&source).is_err());
    }
}
