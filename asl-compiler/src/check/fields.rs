//! Which fields there are: unknown ones, missing ones, those of the other query language, those that exclude one another.

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
    // A mistyped field is reported as such.
    let members = block.node.members().unwrap_or_default();
    let unknown = members
        .iter()
        .filter(|member| block.shape.field(&member.key).is_none());
    let mistyped: Vec<_> = unknown.filter_map(|member| meant(block, &member.key)).collect();
    let missing: Vec<_> = required
        .map(|field| field.name)
        .filter(|name| block.member(name).is_none() && !mistyped.contains(name))
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("{} needs {}", block.shape.name, one_of(&missing, "and"));
    let problem = Problem::new(Code::MissingField, &block.anchor, message).owner(&block.node.range);
    problems.push(problem);
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
    if set.iter().all(|name| block.member(name).is_none()) {
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
