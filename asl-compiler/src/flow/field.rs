//! What is asked of single fields.

use super::{
    Check, Rule,
    jsonata::Reserved,
    say::{describe, help_with_member, up_to},
    solve::Analysis,
    types::Type,
    walk::{Walked, walk},
};
use crate::{
    ir::{Place, StateIndex},
    syntax::path::{Path, Root},
};

/// What the paths of a field start from.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// `$`
    pub document: &'a Type,
    /// `$$`
    pub context: &'a Type,
    /// Variables, by slot. Those not assigned on any route are nothing.
    pub variables: &'a [Type],
    /// What JSONata has besides.
    pub reserved: Reserved<'a>,
}

impl<'a> Scope<'a> {
    /// The same with what JSONata has besides.
    pub fn reserving(self, reserved: Reserved<'a>) -> Self {
        Self { reserved, ..self }
    }
}

/// A field of a state.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub state: StateIndex,
    pub field: &'a str,
    /// Where it stands, if that is not where the field's value begins.
    pub place: Option<Place>,
}

/// Kinds that are wanted, in words, and what happens otherwise.
pub(super) struct Wanted<'a> {
    pub kinds: u8,
    pub words: &'static str,
    pub otherwise: &'a str,
}

impl Analysis<'_> {
    /// What a path gives. That it gives anything is asked.
    pub fn path(&mut self, path: &Path, scope: Scope<'_>, site: Site<'_>) -> Type {
        let walked = self.walk(path, scope);
        self.exists(path, &walked, site);
        walked.value
    }

    /// As [`Self::path`], for one that has to lead to a value of a kind.
    pub fn path_to(&mut self, path: &Path, scope: Scope<'_>, site: Site<'_>, wanted: &Wanted<'_>) -> Type {
        let value = self.path(path, scope, site);
        self.kind(&value, &path.text, site, wanted);
        value
    }

    /// Where a path leads, nothing asked.
    pub fn walk(&self, path: &Path, scope: Scope<'_>) -> Walked {
        let any = Type::any();
        let start = match &path.root {
            Root::Document => scope.document,
            Root::Context => scope.context,
            Root::Variable(name) => {
                let slot = self.machine.variables.iter().position(|known| known == name);
                slot.and_then(|slot| scope.variables.get(slot)).unwrap_or(&any)
            }
        };
        let start = if start.is_never() { &any } else { start };
        walk(start, &path.steps, &self.symbols)
    }

    fn exists(&mut self, path: &Path, walked: &Walked, site: Site<'_>) {
        if let Some((step, before)) = &walked.lost {
            let note = format!("`{}` is {}", up_to(path, *step), describe(before));
            let help = help_with_member(path, *step, before);
            let message = format!("`{}` cannot exist here", path.text);
            self.ask(&path.text, site, Rule::Never { message, note, help });
            return;
        }
        let certain = walked.steps_in.values().any(|steps| *steps == 0);
        if !certain && !walked.end.is_known() && !walked.end.is_never() {
            let values = walked.steps_in.iter().map(|(symbol, steps)| (*symbol, *steps));
            let values = values.collect();
            let hint = walked.beside.as_ref().and_then(|(step, before)| {
                let help = help_with_member(path, *step, before);
                (!help.is_empty()).then(|| (path.steps.len() - step - 1, help))
            });
            self.ask(&path.text, site, Rule::Exists { values, hint });
        }
    }

    /// Asks for a value of a kind.
    pub fn kind(&mut self, value: &Type, path: &str, site: Site<'_>, wanted: &Wanted<'_>) {
        self.kind_called(path, value, path, site, wanted);
    }

    /// As [`Self::kind`], for a value that the path does not lead to. Messages call it so.
    pub fn kind_called(
        &mut self,
        called: &str,
        value: &Type,
        path: &str,
        site: Site<'_>,
        wanted: &Wanted<'_>,
    ) {
        if value.known_kinds() & wanted.kinds != 0 || value.is_never() {
            return;
        }
        let rule = if value.symbols.is_empty() {
            Rule::Never {
                message: format!("`{called}` is never {}{}", wanted.words, wanted.otherwise),
                note: format!("`{called}` is {}", describe(value)),
                help: String::new(),
            }
        } else {
            Rule::Kind {
                value: value.clone(),
                kinds: wanted.kinds,
                wanted: wanted.words,
                otherwise: wanted.otherwise.to_owned(),
                called: if called == path {
                    String::new()
                } else {
                    called.to_owned()
                },
            }
        };
        self.ask(path, site, rule);
    }

    /// Asks something.
    pub fn ask(&mut self, path: &str, site: Site<'_>, rule: Rule) {
        let state = &self.machine.states[site.state];
        let place = site
            .place
            .or_else(|| self.machine.places.of(site.state, site.field))
            .unwrap_or(state.place);
        let check = Check {
            state: site.state,
            field: site.field.to_owned(),
            path: path.to_owned(),
            place,
            rule,
        };
        let checks = self.checks.entry(site.state).or_default();
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
}
