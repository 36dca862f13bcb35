//! Which fields there are: unknown ones, missing ones, those of the other query language, those that exclude
//! one another.

use crate::{
    diagnostic::{Code, Problem, Problems, list, nearest, one_of},
    json::Member,
    syntax::{
        block::Block,
        shape::{Language, StateType},
    },
};

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    machine.walk(&mut |block| {
        let Some(members) = block.node.members() else {
            return;
        };
        for member in members {
            field(block, member, problems);
        }
        missing(block, problems);
        for set in block.shape.exactly_one {
            exactly_one(block, set, problems);
        }
        for set in block.shape.at_most_one {
            at_most_one(block, set, problems);
        }
    });
    languages(machine, problems);
}

/// A field must exist, in the language of its object.
fn field(block: &Block<'_>, member: &Member, problems: &mut Problems) {
    let Block { shape, language, .. } = block;
    let key = &member.key;
    let problem = match shape.field(key) {
        Some(field) if field.kind(*language).is_some() => return,
        None if shape.open => return,
        Some(_) => {
            let (other, language) = (language.other().name(), language.name());
            let message =
                format!("`{key}` is only supported in {other}, but the query language here is {language}");
            let mut problem = Problem::new(Code::WrongQueryLanguage, &member.key_range, message);
            if let Some(instead) = counterpart(key) {
                problem = problem.help(format!("{language} has {instead} for this"));
            }
            problem
        }
        None => {
            let message = format!("{} has no field {key:?}", shape.name);
            let help = match meant(block, key) {
                Some(name) => Some(format!("did you mean {name:?}?")),
                None if shape.field("Type").is_some() => owners(key, *language),
                None => None,
            };
            Problem::new(Code::UnknownField, &member.key_range, message).help(help)
        }
    };
    problems.push(problem.owner(&block.node.range));
}

/// The fields that were probably meant by unknown ones. They are reported as such, and are not missing as
/// well.
pub(super) fn mistyped(block: &Block<'_>) -> Vec<&'static str> {
    let members = block.node.members().unwrap_or_default().iter();
    let unknown = members.filter(|member| block.shape.field(&member.key).is_none());
    unknown.filter_map(|member| meant(block, &member.key)).collect()
}

/// The field that was probably meant by an unknown one: not one that is there already.
fn meant(block: &Block<'_>, unknown: &str) -> Option<&'static str> {
    let fields = block
        .shape
        .all_fields()
        .filter(|field| field.kind(block.language).is_some());
    let absent = fields.filter(|field| block.member(field.name).is_none());
    nearest(unknown, absent.map(|field| field.name))
}

/// Which states have a field that this object lacks.
fn owners(field: &str, language: Language) -> Option<String> {
    let has = |name: &&str| {
        let field = StateType::named(name).and_then(|kind| kind.shape().field(field));
        field.is_some_and(|field| field.kind(language).is_some())
    };
    let types: Vec<_> = StateType::NAMES.iter().copied().filter(has).collect();
    (!types.is_empty()).then(|| format!("it is a field of {} states", list(&types, "and")))
}

/// What the other language has in place of a field.
fn counterpart(field: &str) -> Option<&'static str> {
    Some(match field {
        "Parameters" => "`Arguments`",
        "Arguments" => "`Parameters`",
        "ResultSelector" | "ResultPath" | "OutputPath" | "Result" => "`Output`",
        "Output" => "`OutputPath`, `ResultPath` and `ResultSelector`",
        "ItemsPath" => "`Items`",
        "Items" => "`ItemsPath`",
        "Condition" => "`Variable` with a comparator",
        "Variable" | "And" | "Or" | "Not" => "`Condition`",
        "ErrorPath" => "an expression in `Error`",
        "CausePath" => "an expression in `Cause`",
        "SecondsPath" => "an expression in `Seconds`",
        "TimestampPath" => "an expression in `Timestamp`",
        "TimeoutSecondsPath" => "an expression in `TimeoutSeconds`",
        "HeartbeatSecondsPath" => "an expression in `HeartbeatSeconds`",
        "MaxConcurrencyPath" => "an expression in `MaxConcurrency`",
        _ => return None,
    })
}

fn missing(block: &Block<'_>, problems: &mut Problems) {
    let required = block
        .shape
        .all_fields()
        .filter(|field| field.required && field.kind(block.language).is_some());
    let mistyped = mistyped(block);
    let missing: Vec<_> = required
        .map(|field| field.name)
        .filter(|name| block.member(name).is_none() && !mistyped.contains(name))
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("{} needs {}", block.shape.name, one_of(&missing, "and"));
    let help = missing
        .contains(&"Type")
        .then(|| format!("`Type` can be {}", one_of(StateType::NAMES, "or")));
    let problem = Problem::new(Code::MissingField, &block.anchor, message).help(help);
    problems.push(problem.owner(&block.node.range));
}

fn exactly_one(block: &Block<'_>, set: &[&'static str], problems: &mut Problems) {
    let existing: Vec<_> = set
        .iter()
        .copied()
        .filter(|name| {
            block
                .shape
                .field(name)
                .is_some_and(|field| field.kind(block.language).is_some())
        })
        .collect();
    let mistyped = mistyped(block);
    if set
        .iter()
        .all(|name| block.member(name).is_none() && !mistyped.contains(name))
    {
        let message = format!("{} needs {}", block.shape.name, one_of(&existing, "or"));
        problems.push(Problem::new(Code::MissingField, &block.anchor, message).owner(&block.node.range));
    }
    at_most_one(block, set, problems);
}

fn at_most_one(block: &Block<'_>, set: &[&'static str], problems: &mut Problems) {
    let present = block.entries.iter().filter(|entry| set.contains(&entry.name()));
    let present: Vec<_> = present.map(|entry| entry.member).collect();
    let [first, .., last] = present.as_slice() else {
        return;
    };
    let keys: Vec<_> = present.iter().map(|member| member.key.as_str()).collect();
    let message = format!(
        "{} can have only one of {}",
        block.shape.name,
        one_of(&keys, "and")
    );
    let problem = Problem::new(Code::ConflictingFields, &last.key_range, message)
        .label(format!("there is `{}` already", first.key))
        .owner(&block.node.range);
    problems.push(problem);
}

/// A state of a JSONata machine cannot go back to JSONPath.
fn languages(machine: &Block<'_>, problems: &mut Problems) {
    if machine.language != Language::Jsonata {
        return;
    }
    for state in machine.all_states() {
        if state.block.text("QueryLanguage") != Some(Language::JsonPath.name()) {
            continue;
        }
        let Some(member) = state.block.member("QueryLanguage") else {
            continue;
        };
        let message = "`QueryLanguage` cannot be \"JSONPath\" in a machine whose language is JSONata";
        problems.push(Problem::new(Code::WrongQueryLanguage, &member.value.range, message).owner(state.key));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Diagnostic, Source,
        check::tests::{problems, problems_in_pass, problems_in_states, problems_in_task},
        validate,
    };

    fn helps(text: &str) -> Vec<String> {
        let source = Source {
            path: String::new(),
            text: text.to_owned(),
        };
        let help = |diagnostic: Diagnostic| diagnostic.help.unwrap_or_default();
        validate(&source, Default::default())
            .into_iter()
            .map(help)
            .collect()
    }

    #[test]
    fn unknown_fields_are_reported_at_their_object() {
        assert_eq!(
            problems_in_pass(r#""Foo": 1"#),
            [r#"ASL110 a Pass state has no field "Foo" @ /States/A"#]
        );
        assert_eq!(
            problems_in_task(r#""Retry": [{"ErrorEquals": ["X"], "Attempts": 1}]"#),
            [r#"ASL110 a retrier has no field "Attempts" @ /States/A/Retry[0]"#]
        );
    }

    #[test]
    fn unknown_fields_come_with_a_hint() {
        let machine = |state: &str| format!(r#"{{"StartAt": "A", "States": {{"A": {{{state}}}}}}}"#);
        assert_eq!(
            helps(&machine(r#""Type": "Pass", "End": true, "ResultPth": "$.a""#)),
            [r#"did you mean "ResultPath"?"#]
        );
        assert_eq!(
            helps(&machine(r#""Type": "Pass", "End": true, "Resource": "a""#)),
            ["it is a field of Task states"]
        );
        assert_eq!(
            helps(&machine(r#""Type": "Succeed", "Next": "A""#)),
            ["it is a field of Task, Pass, Wait, Parallel and Map states"]
        );
    }

    #[test]
    fn a_mistyped_field_is_not_missing_as_well() {
        assert_eq!(
            problems_in_states("A", r#""A": {"Type": "Task", "Resorce": "a", "End": true}"#),
            [r#"ASL110 a Task state has no field "Resorce" @ /States/A"#]
        );
    }

    #[test]
    fn mistyped_alternatives_are_not_missing_either() {
        assert_eq!(
            problems_in_states(
                "A",
                r#""A": {"Type": "Wait", "Secnds": 1, "Nxt": "B"}, "B": {"Type": "Succeed"}"#
            ),
            [
                r#"ASL110 a Wait state has no field "Secnds" @ /States/A"#,
                r#"ASL110 a Wait state has no field "Nxt" @ /States/A"#,
            ]
        );
    }

    #[test]
    fn missing_fields_are_reported_together() {
        assert_eq!(
            problems("{}"),
            ["ASL111 the state machine needs `StartAt` and `States` @ /"]
        );
        assert_eq!(
            problems_in_task(r#""Catch": [{}]"#),
            ["ASL111 a catcher needs `ErrorEquals` and `Next` @ /States/A/Catch[0]"]
        );
    }

    #[test]
    fn fields_exclude_one_another() {
        assert_eq!(
            problems_in_task(r#""TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t""#),
            [
                "ASL116 a Task state can have only one of `TimeoutSeconds` and `TimeoutSecondsPath` @ /States/A"
            ]
        );
        let wait = |fields: &str| {
            problems_in_states("A", &format!(r#""A": {{"Type": "Wait", "End": true{fields}}}"#))
        };
        assert_eq!(
            wait(r#", "Seconds": 1, "Timestamp": "2016-03-14T01:59:00Z""#),
            ["ASL116 a Wait state can have only one of `Seconds` and `Timestamp` @ /States/A"]
        );
        assert_eq!(
            wait(""),
            [
                "ASL111 a Wait state needs `Seconds`, `SecondsPath`, `Timestamp` or `TimestampPath` @ /States/A"
            ]
        );
    }

    #[test]
    fn fields_belong_to_their_query_language() {
        assert_eq!(
            problems_in_pass(r#""Output": 1"#),
            [
                "ASL117 `Output` is only supported in JSONata, but the query language here is JSONPath @ /States/A"
            ]
        );
        assert_eq!(
            problems_in_pass(r#""QueryLanguage": "JSONata", "Result": 1"#),
            [
                "ASL117 `Result` is only supported in JSONPath, but the query language here is JSONata @ /States/A"
            ]
        );
        assert!(problems_in_pass(r#""QueryLanguage": "JSONata", "Output": "{% 1 %}""#).is_empty());
    }

    #[test]
    fn branches_have_no_query_language_and_follow_the_machine() {
        let parallel = |language: &str, fields: &str| {
            let state = format!(r#"{{"Type": "Pass", "End": true, {fields}}}"#);
            let branch = format!(r#"{{{language} "StartAt": "B", "States": {{"B": {state}}}}}"#);
            let outer = r#""Type": "Parallel", "QueryLanguage": "JSONata", "End": true"#;
            problems_in_states("A", &format!(r#""A": {{{outer}, "Branches": [{branch}]}}"#))
        };
        assert!(parallel("", r#""ResultPath": null"#).is_empty());
        assert_eq!(
            parallel(r#""QueryLanguage": "JSONata","#, r#""ResultPath": null"#),
            [r#"ASL110 a branch has no field "QueryLanguage" @ /States/A/Branches[0]"#]
        );
    }

    #[test]
    fn a_jsonata_machine_stays_one() {
        let state = r#"{"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}"#;
        assert_eq!(
            problems(&format!(
                r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {state}}}}}"#
            )),
            [
                "ASL117 `QueryLanguage` cannot be \"JSONPath\" in a machine whose language is JSONata @ /States/A"
            ]
        );
    }

    #[test]
    fn expressions_are_closed() {
        assert_eq!(
            problems_in_pass(
                r#""QueryLanguage": "JSONata", "Output": ["{% 1", "1 %}", "{%}", " {% 1 %}", "{%%}"]"#
            ),
            [
                "ASL145 this expression opens with `{%`, but does not close with `%}` @ /States/A/Output[0]",
                "ASL145 this expression closes with `%}`, but does not open with `{%` @ /States/A/Output[1]",
                "ASL145 this expression opens with `{%`, but does not close with `%}` @ /States/A/Output[2]",
                "ASL192 the expression is empty @ /States/A/Output[4]",
            ]
        );
    }

    #[test]
    fn values_have_the_type_of_their_field() {
        let cases = [
            (
                r#""Comment": 1"#,
                "ASL112 `Comment` must be a string, not a number",
            ),
            (
                r#""InputPath": 1"#,
                "ASL112 `InputPath` must be a path, not a number",
            ),
            (
                r#""Assign": []"#,
                "ASL112 `Assign` must be an object, not an array",
            ),
            (
                r#""QueryLanguage": "XPath""#,
                "ASL113 `QueryLanguage` cannot be \"XPath\"",
            ),
            (
                r#""ResultPath": "$$.a""#,
                "ASL140 invalid path in `ResultPath`: the context object cannot be written to",
            ),
        ];
        for (field, problem) in cases {
            let name = field.split('"').nth(1).unwrap_or_default();
            assert_eq!(problems_in_pass(field), [format!("{problem} @ /States/A/{name}")]);
        }
        assert!(problems_in_pass(r#""InputPath": null, "ResultPath": null, "Parameters": null"#).is_empty());
    }

    #[test]
    fn a_definition_is_an_object() {
        assert_eq!(
            problems("[]"),
            ["ASL101 a definition must be a JSON object, not an array @ "]
        );
        assert_eq!(problems(" "), ["ASL101 the definition is empty @ "]);
        assert_eq!(
            problems("{"),
            ["ASL100 this is not JSON: this object is not closed @ "]
        );
        assert_eq!(
            problems(r#"{"StartAt": "A", "States": {"A": 1}}"#),
            ["ASL112 a state must be an object, not a number @ /States/A"]
        );
    }
}
