//! A short form of trees, for comparison.

use crate::jsonata::tree::{Element, Group, Kind, Node, Operator, Pair, Path, Stage, Step, StepKind};

pub(super) fn node(node: &Node) -> String {
    let mut text = kind(&node.kind);
    if node.keep_array {
        text.push_str("[]");
    }
    for predicate in &node.predicates {
        text += &format!("[{}]", self::node(predicate));
    }
    text + &group(node.group.as_deref())
}

fn group(group: Option<&Group>) -> String {
    group.map_or_else(String::new, |group| pairs(&group.pairs))
}

fn pairs(pairs: &[Pair]) -> String {
    let pairs = pairs
        .iter()
        .map(|pair| format!("{}:{}", node(&pair.key), node(&pair.value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn list(nodes: &[Node], separator: &str) -> String {
    nodes.iter().map(node).collect::<Vec<_>>().join(separator)
}

fn variable(name: &str) -> String {
    format!("${name}")
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::String(text) => format!("{text:?}"),
        Kind::Number(number) => number.to_string(),
        Kind::Bool(value) => value.to_string(),
        Kind::Null => "null".into(),
        Kind::Regex(regex) => format!(
            "/{}/{}{}",
            regex.pattern,
            if regex.ignore_case { "i" } else { "" },
            if regex.multiline { "m" } else { "" }
        ),
        Kind::Name(name) => name.clone(),
        Kind::Wildcard => "*".into(),
        Kind::Descendants => "**".into(),
        Kind::Parent(slot) => format!("%{slot}"),
        Kind::Variable(name) => variable(name),
        Kind::Path(path) => self::path(path),
        Kind::Negate(inner) => format!("(neg {})", node(inner)),
        Kind::Array(array) => {
            let elements = array.elements.iter().map(|element| match element {
                Element::Item(item) => node(item),
                Element::Range(first, last, _) => format!("{}..{}", node(first), node(last)),
            });
            format!(
                "{}[{}]",
                if array.keep { "keep" } else { "" },
                elements.collect::<Vec<_>>().join(",")
            )
        }
        Kind::Object(members) => pairs(members),
        Kind::Binary(operator, left, right) => {
            format!("({} {} {})", symbol(*operator), node(left), node(right))
        }
        Kind::Bind(name, value) => format!("(:= {name} {})", node(value)),
        Kind::Condition {
            condition,
            then,
            otherwise,
        } => {
            let otherwise = otherwise
                .as_ref()
                .map_or_else(String::new, |otherwise| format!(" {}", node(otherwise)));
            format!("(? {} {}{otherwise})", node(condition), node(then))
        }
        Kind::Block(parts) => format!("({})", list(parts, ";")),
        Kind::Lambda(lambda) => {
            let parameters: Vec<_> = lambda.parameters.iter().map(|name| variable(name)).collect();
            let signature = lambda
                .signature
                .as_ref()
                .map_or("", |signature| signature.text.as_str());
            format!("(λ({}){signature} {})", parameters.join(","), node(&lambda.body))
        }
        Kind::Call(call) => format!("{}({})", node(&call.procedure), list(&call.arguments, ",")),
        Kind::Partial { procedure, arguments } => {
            let arguments = arguments
                .iter()
                .map(|argument| argument.as_ref().map_or_else(|| "?".into(), node));
            format!("{}({})", node(procedure), arguments.collect::<Vec<_>>().join(","))
        }
        Kind::Apply(left, right) => format!("(~> {} {})", node(left), node(right)),
        Kind::Transform {
            pattern,
            update,
            delete,
        } => {
            let delete = delete
                .as_ref()
                .map_or_else(String::new, |delete| format!("{}|", node(delete)));
            format!("|{}|{}|{delete}", node(pattern), node(update))
        }
    }
}

fn path(path: &Path) -> String {
    let steps: Vec<_> = path.steps.iter().map(step).collect();
    format!(
        "{}{}{}{}",
        if path.tuple { "tuple:" } else { "" },
        steps.join("."),
        if path.keep_singleton { "!" } else { "" },
        group(path.group.as_deref())
    )
}

fn step(step: &Step) -> String {
    let mut text = match &step.kind {
        StepKind::Node(node) => self::node(node),
        StepKind::Sort(terms) => {
            let terms = terms.iter().map(|term| {
                format!(
                    "{}{}",
                    if term.descending { ">" } else { "" },
                    node(&term.expression)
                )
            });
            format!("^({})", terms.collect::<Vec<_>>().join(","))
        }
    };
    if let Some(name) = &step.focus {
        text += &format!("@{name}");
    }
    if let Some(name) = &step.index {
        text += &format!("#{name}");
    }
    for slot in &step.ancestors {
        text += &format!("!{slot}");
    }
    if step.constructed {
        text += "once";
    }
    if step.tuple {
        text += "~";
    }
    for stage in &step.stages {
        text += &match stage {
            Stage::Filter(predicate) => format!(":[{}]", node(predicate)),
            Stage::Index(name) => format!(":#{name}"),
        };
    }
    text
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        Operator::Concatenate => "&",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::In => "in",
    }
}
