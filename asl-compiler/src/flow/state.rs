//! What each state makes of the data.

use super::{
    choice::asked,
    field::{Scope, Site, Wanted},
    jsonata::Reserved,
    solve::{Analysis, Entry},
    surroundings::{Surroundings, context},
    types::{Type, kind},
};
use crate::{
    ir::{Assignment, Kind, Next, ResultPath, Select, State, StateIndex},
    syntax::path::{ReferencePath, ReferenceStep},
};

/// A way out of a state.
pub(super) struct Exit {
    pub next: Next,
    pub entry: Entry,
}

/// What a state works with.
pub(super) struct Inside<'a> {
    pub index: StateIndex,
    pub state: &'a State,
    pub raw: &'a Type,
    pub variables: &'a [Type],
    pub context: Type,
    /// The input after `InputPath`.
    pub input: Type,
}

impl Inside<'_> {
    pub(super) fn scope<'s>(&'s self, document: &'s Type) -> Scope<'s> {
        Scope {
            document,
            context: &self.context,
            variables: self.variables,
            reserved: Reserved::default(),
        }
    }

    /// The field that says what a Task or Parallel works on.
    pub(super) fn parameters(&self) -> &'static str {
        if self.state.jsonata {
            "Arguments"
        } else {
            "Parameters"
        }
    }

    pub(super) fn at<'s>(&self, field: &'s str) -> Site<'s> {
        Site {
            state: self.index,
            field,
            place: None,
        }
    }
}

impl Analysis<'_> {
    /// The ways out of a state that is entered so.
    pub fn state(&mut self, index: StateIndex, entry: &Entry, surroundings: &Surroundings) -> Vec<Exit> {
        let machine = self.machine;
        let state = &machine.states[index];
        let mut inside = Inside {
            index,
            state,
            raw: &entry.input,
            variables: &entry.variables,
            context: context(surroundings),
            input: Type::never(),
        };
        if state.jsonata {
            inside.input = entry.input.clone();
            return self.query_state(&inside, surroundings);
        }
        inside.input = self.select(state.input_path.as_ref(), &entry.input, "InputPath", &inside);
        match &state.kind {
            Kind::Task { .. } => {
                let result = self.task(&inside);
                self.exits(&inside, result)
            }
            Kind::Parallel { branches } => {
                let input = self.effective_input(&inside);
                let result = self.branches(branches, &input, inside.variables, surroundings);
                self.exits(&inside, result)
            }
            Kind::Map { .. } => {
                let result = self.map(&inside, surroundings);
                self.exits(&inside, result)
            }
            Kind::Pass { result } => {
                let result = match result {
                    Some(result) => Type::of_json(result),
                    None => self.effective_input(&inside),
                };
                self.exits(&inside, result)
            }
            Kind::Wait(wait) => {
                self.wait(wait, &inside);
                let input = inside.input.clone();
                vec![self.pass_on(
                    &inside,
                    &input,
                    inside.variables,
                    &state.assign,
                    "Assign",
                    state.next,
                )]
            }
            Kind::Succeed => {
                let input = inside.input.clone();
                vec![self.pass_on(&inside, &input, inside.variables, &[], "Assign", Next::End)]
            }
            Kind::Fail { error, cause } => {
                self.text(error.as_ref(), "ErrorPath", &inside);
                self.text(cause.as_ref(), "CausePath", &inside);
                Vec::new()
            }
            Kind::Choice { rules, default } => {
                let asked = asked(rules);
                let (input, variables) = self.after_asking(&asked, &inside.input, inside.variables);
                let scope = Scope {
                    variables: &variables,
                    ..inside.scope(&input)
                };
                let mut exits = Vec::new();
                for (number, rule) in rules.iter().enumerate() {
                    let field = format!("Choices[{number}]");
                    self.test(&rule.test, &asked, scope, inside.at(&field));
                    let field = format!("{field}.Assign");
                    let next = Next::State(rule.next);
                    exits.push(self.pass_on(&inside, &input, &variables, &rule.assign, &field, next));
                }
                if let Some(default) = default {
                    let next = Next::State(*default);
                    exits.push(self.pass_on(&inside, &input, &variables, &state.assign, "Assign", next));
                }
                exits
            }
        }
    }

    /// What the branches of a Parallel give together.
    pub(super) fn branches(
        &mut self,
        branches: &[StateIndex],
        input: &Type,
        variables: &[Type],
        surroundings: &Surroundings,
    ) -> Type {
        let entry = || Entry {
            input: input.clone(),
            variables: variables.to_vec(),
        };
        let outputs: Vec<_> = branches
            .iter()
            .map(|branch| self.scope(*branch, entry(), surroundings))
            .collect();
        if outputs.iter().any(Type::is_never) {
            Type::never()
        } else {
            Type::tuple(outputs)
        }
    }

    /// `InputPath`, `OutputPath`.
    fn select(&mut self, select: Option<&Select>, document: &Type, field: &str, inside: &Inside<'_>) -> Type {
        match select {
            None => document.clone(),
            Some(Select::Empty) => Type::empty(),
            Some(Select::Path(path)) => self.path(path, inside.scope(document), inside.at(field)),
        }
    }

    /// The input after `Parameters`, or `Arguments`.
    pub(super) fn effective_input(&mut self, inside: &Inside<'_>) -> Type {
        match &inside.state.parameters {
            Some(parameters) => self.template(
                parameters,
                inside.scope(&inside.input),
                inside.at(inside.parameters()),
            ),
            None => inside.input.clone(),
        }
    }

    /// The way out of a state that hands on its input.
    fn pass_on(
        &mut self,
        inside: &Inside<'_>,
        input: &Type,
        variables: &[Type],
        assign: &[Assignment],
        field: &str,
        next: Next,
    ) -> Exit {
        let scope = Scope {
            variables,
            ..inside.scope(input)
        };
        let variables = self.assign(assign, scope, inside.at(field));
        let output = self.select(inside.state.output_path.as_ref(), input, "OutputPath", inside);
        Exit {
            next,
            entry: Entry {
                input: output,
                variables,
            },
        }
    }

    /// The ways out of a state that has a result, or may fail.
    fn exits(&mut self, inside: &Inside<'_>, result: Type) -> Vec<Exit> {
        let state = inside.state;
        let mut exits = Vec::new();
        // What cannot succeed has no result to go on with.
        if !result.is_never() {
            let variables = self.assign(&state.assign, inside.scope(&result), inside.at("Assign"));
            let selected = match &state.result_selector {
                Some(selector) => self.template(selector, inside.scope(&result), inside.at("ResultSelector")),
                None => result,
            };
            let combined = self.combined(inside, &state.result_path, &selected, "ResultPath");
            let input = self.select(state.output_path.as_ref(), &combined, "OutputPath", inside);
            let entry = Entry { input, variables };
            exits.push(Exit {
                next: state.next,
                entry,
            });
        }
        for (number, catcher) in state.catch.iter().enumerate() {
            let error = Type::object([("Error", Type::string()), ("Cause", Type::string())]);
            let field = format!("Catch[{number}].Assign");
            let variables = self.assign(&catcher.assign, inside.scope(&error), inside.at(&field));
            let field = format!("Catch[{number}].ResultPath");
            let input = self.combined(inside, &catcher.result_path, &error, &field);
            let next = Next::State(catcher.next);
            let entry = Entry { input, variables };
            exits.push(Exit { next, entry });
        }
        exits
    }

    /// `ResultPath`.
    fn combined(&mut self, inside: &Inside<'_>, path: &ResultPath, result: &Type, field: &str) -> Type {
        let path = match path {
            ResultPath::Replace => return result.clone(),
            ResultPath::Discard => return inside.raw.clone(),
            ResultPath::At(path) => path,
        };
        let combined = inside.raw.put(&path.steps, result, &self.symbols);
        // Said once, not for each catcher again.
        if field == "ResultPath" || !matches!(inside.state.result_path, ResultPath::At(_)) {
            self.can_be_put(path, inside.raw, inside.at(field));
        }
        if combined.is_never() {
            Type::any()
        } else {
            combined
        }
    }
    /// Asks that something can be put at a path: what is there on the way to it takes members, or elements.
    fn can_be_put(&mut self, path: &ReferencePath, document: &Type, site: Site<'_>) {
        let otherwise = format!(", so that nothing can be put at `{}`", path.text);
        let mut at = document.clone();
        let mut text = "$".to_owned();
        for step in &path.steps {
            let (kinds, words) = match step {
                ReferenceStep::Key(_) => (kind::OBJECT, "an object"),
                ReferenceStep::Index(_) => (kind::ARRAY, "an array"),
            };
            let wanted = Wanted {
                kinds,
                words,
                otherwise: &otherwise,
            };
            self.kind_called(&text, &at, &path.text, site, &wanted);
            // What may be absent is made then.
            let ReferenceStep::Key(key) = step else { return };
            let Some(member) = at.certain_member(key) else {
                return;
            };
            at = member;
            text = format!("{text}.{key}");
        }
    }
}
