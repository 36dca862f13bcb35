//! The checks of a machine, run as ordinary functions.

use asl_compiler::{
    flow::{self, Table, table},
    ir,
};
use asl_runtime::shape::{Flow, Form, Found, Judge, Key, Known, Member, Node, NodeId, Rule, TaskForms};

use crate::{Asked, Mistake, machines::Machine};

/// What the checks refuse.
pub fn refused(checked: &flow::Flow, compiled: &ir::Machine, machine: &Machine) -> Vec<Mistake> {
    let tasks = compiled.states.iter().enumerate();
    let tasks: Vec<(usize, &str)> = tasks
        .filter(|(_, state)| matches!(state.kind, ir::Kind::Task { .. }))
        .map(|(index, state)| (index, state.name.as_str()))
        .collect();
    let order: Vec<usize> = tasks.iter().map(|(index, _)| *index).collect();
    let Table { nodes, rules, places } = Table::new(checked, &order);
    let names: Vec<&'static str> = tasks.iter().map(|(_, name)| leaked(name)).collect();
    let forms = tasks.iter().map(|(_, name)| {
        let (input, output) = &machine.tasks[*name];
        TaskForms {
            name: leaked(name),
            input: input.form(true),
            output: output.form(false),
        }
    });
    let flow = Flow {
        file: "random.asl.json",
        source: "",
        states: compiled
            .states
            .iter()
            .map(|state| leaked(&state.name))
            .collect::<Vec<_>>()
            .leak(),
        tasks: names.leak(),
        nodes: nodes.iter().map(node).collect::<Vec<_>>().leak(),
        rules: rules.iter().map(rule).collect::<Vec<_>>().leak(),
        places: places
            .iter()
            .map(|place| leaked(place))
            .collect::<Vec<_>>()
            .leak(),
    };
    let known = Known {
        input: machine.input.form(false),
        tasks: forms.collect::<Vec<_>>().leak(),
        unchecked: &[],
        all_unchecked: false,
    };
    let mut found = vec![Found::NOTHING; flow.nodes.len()];
    let judge = Judge::new(&flow, &known, &mut found);
    // The text must be made without a panic too.
    let report = judge.report();
    assert!(!report.as_str().is_empty());
    let checks = checked.checks.iter().enumerate();
    checks
        .filter(|(index, _)| judge.is_broken(*index))
        .map(|(_, check)| {
            let state = &compiled.states[check.state];
            let asked = if state.jsonata {
                asked_of_expression(&check.rule)
            } else {
                asked(&check.rule)
            };
            Mistake {
                question: (state.name.clone(), check.field.clone(), check.path.clone(), asked),
                is_fatal: state.jsonata && is_fatal(check),
            }
        })
        .collect()
}

fn asked(rule: &flow::Rule) -> Asked {
    match rule {
        flow::Rule::Exists { .. } => Asked::Exists,
        flow::Rule::Kind { .. } => Asked::Kind,
        flow::Rule::Word { .. } => Asked::Word,
        flow::Rule::Fits { .. } => Asked::Fits,
        flow::Rule::Never { message, .. } if message.contains("is never") => Asked::Kind,
        flow::Rule::Never { .. } => Asked::Exists,
    }
}

/// Whether an expression never gives a value. In the conditions of a Choice some of what is refused is only never true.
fn is_fatal(check: &flow::Check) -> bool {
    let operand = |message: &str| message.contains(", so that `") && message.contains("` fails");
    match &check.rule {
        flow::Rule::Exists { .. } => !check.field.ends_with("Condition"),
        flow::Rule::Kind { otherwise, .. } => operand(otherwise),
        flow::Rule::Never { message, .. } => {
            operand(message) || (message.contains("cannot exist") && !check.field.ends_with("Condition"))
        }
        flow::Rule::Word { .. } | flow::Rule::Fits { .. } => false,
    }
}

fn asked_of_expression(rule: &flow::Rule) -> Asked {
    match rule {
        flow::Rule::Kind { kinds, .. } => Asked::Is(*kinds),
        flow::Rule::Word { word, .. } => Asked::Equals(leaked(word)),
        flow::Rule::Never { message, .. } if message.contains("is never") => {
            let wanted = message.split("is never").nth(1).unwrap_or_default();
            let wanted = wanted.split(',').next().unwrap_or_default();
            let kinds = ["null", "boolean", "number", "string", "array", "object"];
            let kinds = kinds
                .iter()
                .enumerate()
                .filter(|(_, kind)| wanted.contains(**kind));
            Asked::Is(kinds.fold(0, |all, (bit, _)| all | 1 << bit))
        }
        rule => asked(rule),
    }
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn id(number: &usize) -> NodeId {
    NodeId::try_from(*number).expect("random machines are small")
}

fn ids(numbers: &[usize]) -> &'static [NodeId] {
    numbers.iter().map(id).collect::<Vec<_>>().leak()
}

fn node(node: &table::Node) -> Node {
    match node {
        table::Node::Input => Node::Input,
        table::Node::Output(task) => Node::Output(id(task)),
        table::Node::Member(parent, key) => Node::Member(id(parent), Key::new(leaked(key))),
        table::Node::Element(parent) => Node::Element(id(parent)),
        table::Node::At(parent, index) => Node::At(id(parent), *index),
        table::Node::Asked(parent) => Node::Asked(id(parent)),
        table::Node::Field(parent, key) => Node::Field(id(parent), Key::new(leaked(key))),
        table::Node::Item(parent) => Node::Item(id(parent)),
        table::Node::Items(parent) => Node::Items(id(parent)),
        table::Node::Merged(parent) => Node::Merged(id(parent)),
        table::Node::Form(name) => Node::Form(match *name {
            "Boolean" => &Form::Boolean,
            "Number" => &Form::Number,
            "String" => &Form::String,
            "Null" => &Form::Null,
            _ => &Form::Any,
        }),
        table::Node::Array(element) => Node::Array(id(element)),
        table::Node::Tuple(elements) => Node::Tuple(ids(elements)),
        table::Node::OneOf(nodes) => Node::OneOf(ids(nodes)),
        table::Node::Object(members, base) => {
            let member = |(key, value, optional): &(String, usize, bool)| Member {
                key: Key::new(leaked(key)),
                value: id(value),
                optional: *optional,
            };
            let members: Vec<_> = members.iter().map(member).collect();
            Node::Object(members.leak(), base.as_ref().map(id))
        }
    }
}

fn rule(rule: &table::Rule) -> Rule {
    match rule {
        table::Rule::Exists(values) => {
            let values: Vec<_> = values.iter().map(|(node, steps)| (id(node), *steps)).collect();
            Rule::ExistsAny(values.leak())
        }
        table::Rule::Is(node, kinds) => Rule::Is(id(node), *kinds),
        table::Rule::Word(node, word) => Rule::Word(id(node), leaked(word)),
        table::Rule::Fits(node, task) => Rule::Fits(id(node), id(task)),
        table::Rule::Never => Rule::Never,
    }
}
