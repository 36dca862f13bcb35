//! Payload templates that give the same key twice.

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::{
        block::{Block, Value},
        template::{Template, TemplateMember},
    },
};

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    machine.walk(&mut |block| {
        for entry in &block.entries {
            if let Value::Template(value) = &entry.value {
                template(value, problems);
            }
        }
    });
}

fn template(value: &Template<'_>, problems: &mut Problems) {
    match value {
        Template::Object(node, members) => {
            for (index, member) in members.iter().enumerate() {
                let clash = |earlier: &&TemplateMember<'_>| {
                    earlier.name == member.name && earlier.member.key != member.member.key
                };
                if members[..index].iter().find(clash).is_some() {
                    let name = member.name;
                    let message = format!("this template has both {name:?} and {:?}", format!("{name}.$"));
                    let problem = Problem::new(Code::TemplateConflict, &member.member.key_range, message);
                    problems.push(problem.owner(&node.range));
                }
                template(&member.value, problems);
            }
        }
        Template::Array(elements) => elements.iter().for_each(|element| template(element, problems)),
        Template::Constant(_)
        | Template::Path(_)
        | Template::Call(_)
        | Template::Expression(_)
        | Template::Invalid => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_pass;

    #[test]
    fn a_key_is_given_once() {
        assert_eq!(
            problems_in_pass(r#""Parameters": {"x": [{"a.$": "$.b", "a": 1}], "y": 1}"#),
            [r#"ASL143 this template has both "a" and "a.$" @ /States/A/Parameters/x[0]"#]
        );
        assert!(problems_in_pass(r#""Result": {"a.$": "$.b", "a": 1}"#).is_empty());
    }

    #[test]
    fn values_to_evaluate_are_paths_or_calls() {
        assert_eq!(
            problems_in_pass(r#""Parameters": {"a.$": 1, "b.$": "x", "c.$": "$.", "d.$": "States.Foo()"}"#),
            [
                r#"ASL142 "a.$" must be a path or a call of an intrinsic function, not a number @ /States/A/Parameters"#,
                r#"ASL142 "b.$" must be a path or a call of an intrinsic function @ /States/A/Parameters"#,
                r#"ASL140 invalid path in "c.$": expected a name after `.` @ /States/A/Parameters"#,
                r#"ASL141 invalid call in "d.$": there is no function `States.Foo` @ /States/A/Parameters"#,
            ]
        );
    }
}
