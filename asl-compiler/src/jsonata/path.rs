//! Steps become paths: `.`, filters, bindings, order and grouping.

use super::{
    ancestors::Slots,
    part::{Origin, Part},
    problem::Problem,
    tree::{Group, Kind, SortTerm, Stage, Step, StepKind},
};
use std::ops::Range;

type Joined = Result<Box<Part>, Box<Problem>>;

/// `left.right`
pub(super) fn dot(left: Box<Part>, right: Box<Part>, slots: &mut Slots) -> Joined {
    let waiting_first = if let Kind::Parent(slot) = left.node.kind {
        Some(slot)
    } else {
        None
    };
    let range = left.node.range.start..right.node.range.end;
    let height = left.height.max(right.height) + 1;
    let grown = left.height.max(right.height + 1);
    let was_path = matches!(left.node.kind, Kind::Path(_));
    let mut whole = left.into_path(false);
    whole.height = if was_path { grown } else { height };
    whole.node.range = range;
    whole.origin = Origin::Other;
    if let Some(slot) = waiting_first {
        whole.seeking = vec![slot];
    }
    let mut right = right.into_path(true);
    whole.last_seeking = std::mem::take(&mut right.last_seeking);
    let (Some(path), Some(rest)) = (whole.as_path(), right.as_path()) else {
        return Ok(whole);
    };
    for step in path.steps.first_mut().into_iter().chain(&mut rest.steps) {
        name_literal(step)?;
    }
    // What is marked further to the left has been seen when it was joined.
    path.keep_singleton |= path
        .steps
        .first()
        .into_iter()
        .chain(path.steps.last())
        .chain(&rest.steps)
        .any(keeps_array);
    path.steps.append(&mut rest.steps);
    path.steps.first_mut().into_iter().for_each(mark_constructor);
    path.steps.last_mut().into_iter().for_each(mark_constructor);
    slots.resolve(&mut whole)?;
    Ok(whole)
}

/// A string as a step is a name; another literal cannot be one.
fn name_literal(step: &mut Step) -> Result<(), Box<Problem>> {
    let StepKind::Node(node) = &mut step.kind else {
        return Ok(());
    };
    match &mut node.kind {
        Kind::String(text) => node.kind = Kind::Name(std::mem::take(text)),
        Kind::Number(_) | Kind::Bool(_) | Kind::Null => {
            return Err(Problem::new(
                "S0213",
                "a literal cannot be a step of a path",
                node.range.clone(),
            )
            .hint("a field with such a name is written in back-quotes: `7`"));
        }
        _ => {}
    }
    Ok(())
}

fn keeps_array(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Node(node) if node.keep_array)
}

/// An array constructor as the first or last step makes arrays that stay.
fn mark_constructor(step: &mut Step) {
    if let StepKind::Node(node) = &mut step.kind
        && let Kind::Array(array) = &mut node.kind
    {
        array.keep = true;
        step.constructed = true;
    }
}

/// `part[predicate]`; `range` is where the brackets stand.
pub(super) fn filter(
    mut part: Box<Part>,
    predicate: Box<Part>,
    range: Range<usize>,
    slots: &mut Slots,
) -> Joined {
    // The grouping of a path is about the path as a whole, and the filter about its last step.
    let filtered = match &part.node.kind {
        Kind::Path(path) => path.steps.last().and_then(|step| match &step.kind {
            StepKind::Node(node) => Some(node),
            StepKind::Sort(_) => None,
        }),
        _ => Some(&part.node),
    };
    if filtered.is_some_and(|node| node.group.is_some()) {
        return Err(Problem::new("S0209", "a filter cannot follow a grouping", range)
            .hint("put what comes before the filter in parentheses"));
    }
    slots.seek_filtered(&mut part, &predicate)?;
    part.height = part.height.max(predicate.height + 1);
    if part.origin == Origin::Variable {
        part.origin = Origin::Other;
    }
    let predicate = predicate.node;
    match part.as_path() {
        Some(path) => {
            if let Some(step) = path.steps.last_mut() {
                step.stages.push(Stage::Filter(predicate));
            }
            part.node.range.end = range.end;
        }
        None => part.node.predicates.push(predicate),
    }
    Ok(part)
}

/// `part{key: value}`
pub(super) fn group(mut part: Box<Part>, group: Group, height: usize) -> Joined {
    let range = group.range.clone();
    part.height = part.height.max(height + 1);
    part.origin = Origin::Other;
    let place = match &mut part.node.kind {
        Kind::Path(path) => {
            part.node.range.end = range.end;
            &mut path.group
        }
        _ => &mut part.node.group,
    };
    if place.is_some() {
        return Err(Problem::new("S0210", "a step can have one grouping only", range)
            .hint("put what comes before the second grouping in parentheses"));
    }
    *place = Some(Box::new(group));
    Ok(part)
}

/// `part^(terms)`
pub(super) fn sort(part: Box<Part>, terms: Vec<(bool, Box<Part>)>, end: usize, slots: &mut Slots) -> Joined {
    let mut whole = part.into_path(false);
    whole.origin = Origin::Other;
    whole.node.range.end = end;
    whole.height = terms
        .iter()
        .map(|(_, term)| term.height + 2)
        .fold(whole.height, usize::max);
    whole.last_seeking = terms.iter().flat_map(|(_, term)| term.waiting()).collect();
    let terms = terms
        .into_iter()
        .map(|(descending, term)| SortTerm {
            descending,
            expression: term.node,
        })
        .collect::<Vec<_>>();
    if let Some(path) = whole.as_path() {
        path.steps.push(Step {
            kind: StepKind::Sort(terms),
            stages: Vec::new(),
            focus: None,
            index: None,
            ancestors: Vec::new(),
            tuple: false,
            constructed: false,
        });
    }
    slots.resolve(&mut whole)?;
    Ok(whole)
}

/// `part@$name`
pub(super) fn focus(mut part: Box<Part>, name: String, range: Range<usize>) -> Joined {
    part.origin = Origin::Focus;
    let step = match part.as_path() {
        Some(path) => path.steps.last_mut(),
        None => None,
    };
    let filtered = step
        .as_ref()
        .map_or_else(|| false, |step| !step.stages.is_empty());
    let sorted = step
        .as_ref()
        .is_some_and(|step| matches!(step.kind, StepKind::Sort(_)));
    if filtered || sorted {
        return Err(refused_focus(sorted && !filtered, range));
    }
    if let Some(step) = step {
        step.focus = Some(name);
        step.tuple = true;
        part.node.range.end = range.end;
        return Ok(part);
    }
    if !part.node.predicates.is_empty() {
        return Err(refused_focus(false, range));
    }
    part.focus = Some(name);
    part.tuple = true;
    Ok(part)
}

fn refused_focus(sorted: bool, range: Range<usize>) -> Box<Problem> {
    if sorted {
        Problem::new("S0216", "`@` must stand before the order of the step", range)
    } else {
        Problem::new("S0215", "`@` must stand before the filters of the step", range)
    }
}

/// `part#$name`
pub(super) fn index(part: Box<Part>, name: String, end: usize) -> Joined {
    let mut whole = part.into_path(true);
    whole.origin = Origin::Other;
    whole.node.range.end = end;
    if let Some(step) = whole.as_path().and_then(|path| path.steps.last_mut()) {
        step.tuple = true;
        if step.stages.is_empty() {
            step.index = Some(name);
        } else {
            step.stages.push(Stage::Index(name));
        }
    }
    Ok(whole)
}
