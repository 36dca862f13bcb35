//! What JSONata states make of the data. What an expression gives is any JSON; what is written around it is known.

use super::{
    solve::Analysis,
    solve::Entry,
    state::{Exit, Inside},
    surroundings::{Surroundings, context},
    types::Type,
};
use crate::{
    flow::field::Scope,
    ir::{Assignment, Kind, Next, Rule, Template},
};

impl Analysis<'_> {
    /// The ways out of a JSONata state.
    pub(super) fn query_state(&mut self, inside: &Inside<'_>, surroundings: &Surroundings) -> Vec<Exit> {
        let state = inside.state;
        let input = inside.raw.clone();
        match &state.kind {
            Kind::Task { .. } => {
                let result = self.task(inside);
                self.query_exits(inside, result)
            }
            Kind::Parallel { branches } => {
                let input = match &state.parameters {
                    Some(arguments) => self.query(arguments, inside, "Arguments"),
                    None => input,
                };
                let result = self.branches(branches, &input, inside.variables, surroundings);
                self.query_exits(inside, result)
            }
            Kind::Map { .. } => {
                let result = self.query_map(inside, surroundings);
                self.query_exits(inside, result)
            }
            Kind::Pass { .. } | Kind::Wait(_) | Kind::Succeed => vec![self.query_exit(
                inside,
                state.next,
                (state.output.as_ref(), "Output"),
                (&state.assign, "Assign"),
                input,
            )],
            Kind::Fail { .. } => Vec::new(),
            Kind::Choice { rules, default } => {
                let mut exits = Vec::new();
                for (number, rule) in rules.iter().enumerate() {
                    let Rule {
                        output, assign, next, ..
                    } = rule;
                    let (output_field, assign_field) = (
                        format!("Choices[{number}].Output"),
                        format!("Choices[{number}].Assign"),
                    );
                    exits.push(self.query_exit(
                        inside,
                        Next::State(*next),
                        (output.as_ref(), &output_field),
                        (assign, &assign_field),
                        input.clone(),
                    ));
                }
                if let Some(default) = default {
                    exits.push(self.query_exit(
                        inside,
                        Next::State(*default),
                        (state.output.as_ref(), "Output"),
                        (&state.assign, "Assign"),
                        input,
                    ));
                }
                exits
            }
        }
    }

    /// The ways out of a state that has a result, or may fail.
    fn query_exits(&mut self, inside: &Inside<'_>, result: Type) -> Vec<Exit> {
        let state = inside.state;
        let mut exits = Vec::new();
        // What cannot succeed has no result to go on with.
        if !result.is_never() {
            exits.push(self.query_exit(
                inside,
                state.next,
                (state.output.as_ref(), "Output"),
                (&state.assign, "Assign"),
                result,
            ));
        }
        for (number, catcher) in state.catch.iter().enumerate() {
            let error = Type::object([("Error", Type::string()), ("Cause", Type::string())]);
            let (output_field, assign_field) = (
                format!("Catch[{number}].Output"),
                format!("Catch[{number}].Assign"),
            );
            exits.push(self.query_exit(
                inside,
                Next::State(catcher.next),
                (catcher.output.as_ref(), &output_field),
                (&catcher.assign, &assign_field),
                error,
            ));
        }
        exits
    }

    /// A way out, with `Output`, or else what the state gives without.
    fn query_exit(
        &mut self,
        inside: &Inside<'_>,
        next: Next,
        (output, output_field): (Option<&Template>, &str),
        (assign, assign_field): (&[Assignment], &str),
        plain: Type,
    ) -> Exit {
        let variables = self.assign(assign, inside.scope(inside.raw), inside.at(assign_field));
        let input = match output {
            Some(output) => self.query(output, inside, output_field),
            None => plain,
        };
        let entry = Entry { input, variables };
        Exit { next, entry }
    }

    fn query_map(&mut self, inside: &Inside<'_>, surroundings: &Surroundings) -> Type {
        let Kind::Map {
            items,
            item_selector,
            processor,
            distributed,
            ..
        } = &inside.state.kind
        else {
            return Type::any();
        };
        let reads = distributed
            .as_ref()
            .is_some_and(|distributed| distributed.reader.is_some());
        let items = match items {
            _ if reads => Type::any(),
            Some(items) => self.query(items, inside, "Items"),
            None => inside.raw.clone(),
        };
        let (stored, projected) = items.element(&self.symbols);
        let item = match stored.or(&projected) {
            nothing if nothing.is_never() => Type::any(),
            element => element,
        };
        if let Some(distributed) = distributed {
            self.distributed(distributed, inside);
        }
        let of_item = Surroundings {
            item: Some(item.clone()),
            ..surroundings.clone()
        };
        let input = match item_selector {
            Some(selector) => {
                let context = context(&of_item);
                let scope = Scope {
                    context: &context,
                    ..inside.scope(inside.raw)
                };
                self.template(selector, scope, inside.at("ItemSelector"))
            }
            None => item,
        };
        match distributed {
            None => {
                let entry = Entry {
                    input,
                    variables: inside.variables.to_vec(),
                };
                let output = self.scope(*processor, entry, &of_item);
                // Of no items there are no results, even where every item fails.
                Type::array_of(output)
            }
            Some(distributed) => self.children(distributed, *processor, input),
        }
    }

    fn query(&mut self, template: &Template, inside: &Inside<'_>, field: &str) -> Type {
        self.template(template, inside.scope(inside.raw), inside.at(field))
    }
}
