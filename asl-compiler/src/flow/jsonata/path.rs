//! Paths: names, filters and other steps.

use std::collections::BTreeMap;

use super::{Given, Query};
use crate::{
    diagnostic::nearest,
    flow::{
        Rule,
        field::Site,
        say::describe,
        symbols::{Meaning, Symbol},
        types::Type,
    },
    jsonata::tree::{Kind, Node, Path, Stage, Step, StepKind},
};

/// Where a path has come to.
struct Place {
    given: Given,
    /// The user's types that it can be here, with the number of names that lead to each.
    ways: BTreeMap<Symbol, u8>,
    /// It may be something that is known to be there.
    certain: bool,
    /// The path so far, as messages show it.
    text: String,
    /// A name that was perhaps meant, with the number of names after the one that it is meant for.
    hint: Option<(usize, String)>,
}

impl<'q> Query<'q, '_> {
    /// What a path gives. That it leads somewhere is asked where it is needed.
    pub(super) fn path(&mut self, node: &'q Node, path: &'q Path, needed: bool) -> Given {
        match &path.group {
            // Of nothing it makes an object too.
            Some(group) => {
                let given = self.steps(node, path, false);
                self.group(group, &given.value)
            }
            None => self.steps(node, path, needed),
        }
    }

    fn steps(&mut self, node: &'q Node, path: &'q Path, needed: bool) -> Given {
        let mut steps = path.steps.iter();
        let Some(first) = steps.next() else {
            return Given::unknown();
        };
        if path.tuple || path.steps.iter().any(has_tuples) {
            return Given::unknown();
        }
        let site = self.at(node);
        let mut place = self.first(first, needed);
        for step in steps {
            let is_name = matches!(
                &step.kind,
                StepKind::Node(Node {
                    kind: Kind::Name(_),
                    ..
                })
            );
            let before = &place.given.value;
            // Of the user's types it is known only later whether they are arrays; names look into those by themselves.
            let is_list = before.array.is_some() || (!is_name && !before.is_no_array());
            place = match &step.kind {
                StepKind::Node(Node {
                    kind: Kind::Name(name),
                    predicates,
                    ..
                }) if predicates.is_empty() => match self.name(&place, name, needed, site) {
                    Some(next) => next,
                    None if needed => return Given::unknown(),
                    None => return Given::undefined(),
                },
                _ => self.other(&place, step),
            };
            if !step.stages.is_empty() {
                // What comes after a filter is asked for by itself.
                if is_name && needed {
                    self.exists(&place, site);
                }
                place = self.stages(place, &step.stages);
                if is_list {
                    place.given.value = place.given.value.items(&self.analysis.symbols);
                }
            }
        }
        if needed {
            self.exists(&place, site);
        }
        let mut given = place.given;
        if path.keep_singleton {
            let item = given.value.item(&self.analysis.symbols);
            let is_name = path.steps.last().is_some_and(|step| {
                matches!(
                    &step.kind,
                    StepKind::Node(Node {
                        kind: Kind::Name(_),
                        ..
                    })
                )
            });
            let item = if is_name { item } else { item.or(&given.value) };
            if !item.is_never() {
                given.value = Type::array_of(item);
            }
        }
        given
    }

    /// Asks that a path leads somewhere, wherever it stands.
    pub(super) fn leads_somewhere(&mut self, node: &'q Node) {
        if let Kind::Path(path) = &node.kind {
            self.path(node, path, true);
        }
    }

    fn first(&mut self, step: &'q Step, needed: bool) -> Place {
        let StepKind::Node(node) = &step.kind else {
            return self.nowhere();
        };
        let text = self.text(node);
        let mut place = match &node.kind {
            Kind::Name(name) => {
                let context = self.contexts.last().cloned().unwrap_or_else(Type::any);
                let named = context.named(name, &BTreeMap::new(), &self.analysis.symbols);
                // From an item on nothing is asked: which items there are is not known.
                Place {
                    given: named.given,
                    ways: BTreeMap::new(),
                    certain: true,
                    text,
                    hint: None,
                }
            }
            _ => {
                let given = self.node(node, needed);
                let ways = given.value.symbols.iter().map(|symbol| (*symbol, 0)).collect();
                Place {
                    given,
                    ways,
                    certain: true,
                    text,
                    hint: None,
                }
            }
        };
        place = self.stages(place, &step.stages);
        place
    }

    /// What a name leads to. Nothing where it certainly leads nowhere.
    fn name(&mut self, place: &Place, name: &str, needed: bool, site: Site<'q>) -> Option<Place> {
        let before = &place.given.value;
        let text = format!("{}.{}", place.text, quoted(name));
        if before.is_never() {
            return None;
        }
        let named = before.named(name, &place.ways, &self.analysis.symbols);
        if named.given.value.is_never() {
            if needed {
                let rule = Rule::Never {
                    message: format!("`{text}` cannot exist here"),
                    note: format!("`{}` is {}", place.text, in_words(before)),
                    help: help(&place.text, name, before),
                };
                self.ask(&text, site, rule);
            }
            return None;
        }
        let symbols = &self.analysis.symbols;
        let way = |symbol: &Symbol| {
            let seen_as = match symbols.meaning(*symbol) {
                Meaning::Items(inner) => inner,
                _ => *symbol,
            };
            named
                .ways
                .get(symbol)
                .or_else(|| named.ways.get(&seen_as))
                .copied()
        };
        let ways = named.given.value.symbols.iter();
        let ways = ways.filter_map(|symbol| Some((*symbol, way(symbol)?))).collect();
        let hint = match &place.hint {
            Some((after, help)) => Some((after + 1, help.clone())),
            None if before.may_lack(name) => Some((0, help(&place.text, name, before))),
            None => None,
        };
        Some(Place {
            given: Given {
                missing: named.given.missing || place.given.missing,
                ..named.given
            },
            ways,
            certain: named.certain,
            text,
            hint: hint.filter(|(_, help)| !help.is_empty()),
        })
    }

    /// Asks that a path leads somewhere.
    fn exists(&mut self, place: &Place, site: Site<'q>) {
        let is_asked = place.ways.values().all(|way| *way > 0) && !place.ways.is_empty();
        if is_asked && !place.certain {
            let ways = place.ways.iter().map(|(symbol, way)| (*symbol, *way));
            let rule = Rule::Exists {
                values: ways.collect(),
                hint: place.hint.clone(),
            };
            self.ask(&place.text, site, rule);
        }
    }

    /// A step that is no name.
    fn other(&mut self, place: &Place, step: &'q Step) -> Place {
        let before = &place.given.value;
        let given = match &step.kind {
            StepKind::Sort(terms) => {
                self.contexts.push(before.item(&self.analysis.symbols));
                for term in terms {
                    self.node(&term.expression, false);
                }
                self.contexts.pop();
                Given::perhaps(before.items(&self.analysis.symbols))
            }
            StepKind::Node(node) => {
                self.contexts.push(before.item(&self.analysis.symbols));
                let each = self.node(node, false);
                self.contexts.pop();
                let symbols = &self.analysis.symbols;
                if before.is_no_array() && each.value.is_no_array() {
                    Given {
                        missing: each.missing || place.given.missing,
                        ..each
                    }
                } else if each.value.is_never() {
                    Given::undefined()
                } else {
                    let kept = Type::array_of(each.value.or(&each.value.item(symbols)));
                    Given::perhaps(each.value.items(symbols).or(&kept))
                }
            }
        };
        let text = match &step.kind {
            StepKind::Sort(_) => format!("{}^(…)", place.text),
            StepKind::Node(node) => format!("{}.{}", place.text, self.text(node)),
        };
        Place {
            given,
            text,
            ..self.nowhere()
        }
    }

    /// What filters leave over.
    fn stages(&mut self, place: Place, stages: &'q [Stage]) -> Place {
        let mut place = place;
        for stage in stages {
            if let Stage::Filter(predicate) = stage {
                place.given = self.filtered(&place.given, predicate);
                place.ways = place
                    .given
                    .value
                    .symbols
                    .iter()
                    .map(|symbol| (*symbol, 0))
                    .collect();
                place.text = format!("{}[{}]", place.text, self.text(predicate));
            }
        }
        place
    }

    /// `value[predicate]`
    pub(super) fn filtered(&mut self, given: &Given, predicate: &'q Node) -> Given {
        let item = given.value.item(&self.analysis.symbols);
        self.contexts.push(item.clone());
        self.node(predicate, false);
        self.contexts.pop();
        let is_index = match &predicate.kind {
            Kind::Number(_) => true,
            Kind::Negate(inner) => matches!(inner.kind, Kind::Number(_)),
            _ => false,
        };
        let value = if is_index {
            item
        } else {
            given.value.items(&self.analysis.symbols)
        };
        Given::perhaps(value)
    }

    fn nowhere(&self) -> Place {
        Place {
            given: Given::unknown(),
            ways: BTreeMap::new(),
            certain: true,
            text: String::new(),
            hint: None,
        }
    }
}

fn has_tuples(step: &Step) -> bool {
    step.tuple
        || step.focus.is_some()
        || step.index.is_some()
        || !step.ancestors.is_empty()
        || step.stages.iter().any(|stage| matches!(stage, Stage::Index(_)))
}

/// A name as a step is written.
fn quoted(name: &str) -> String {
    let is_plain = name
        .chars()
        .all(|character| character.is_alphanumeric() || character == '_');
    if is_plain && !name.is_empty() {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

/// What there is in words, elements of an array included.
fn in_words(value: &Type) -> String {
    let elements = match &value.array {
        Some(array) => format!(", each element {}", describe(&array.any_element())),
        None => String::new(),
    };
    describe(value) + &elements
}

/// A name that was perhaps meant.
fn help(before: &str, name: &str, value: &Type) -> String {
    let in_array = match &value.array {
        Some(array) => array.any_element(),
        None => Type::never(),
    };
    let objects = || value.objects.iter().chain(&in_array.objects);
    let keys = || objects().flat_map(|object| object.members.keys());
    let has = |value: &Type| {
        value
            .objects
            .iter()
            .any(|object| object.members.contains_key(name))
    };
    let mut members = objects().flat_map(|object| object.members.iter());
    if let Some(near) = nearest(name, keys().map(|key| &**key)) {
        format!("did you mean `{before}.{}`?", quoted(near))
    } else if let Some((holder, _)) = members.find(|(_, member)| has(&member.value)) {
        format!("did you mean `{before}.{}.{}`?", quoted(holder), quoted(name))
    } else {
        String::new()
    }
}
