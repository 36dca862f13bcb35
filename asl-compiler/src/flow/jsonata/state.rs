//! What JSONata states make of the data.

use super::{ARRAY, NUMBER, Reserved, STRING, asked};
use crate::{
    flow::{
        field::{Scope, Wanted},
        solve::{Analysis, Entry},
        state::{Exit, Inside},
        surroundings::Surroundings,
        types::{Type, kind},
    },
    ir::{
        Assignment, Concurrency, Condition, Expression, Kind, Next, Rule, StateIndex, Template, Test, Text,
        Wait,
    },
};

impl Analysis<'_> {
    /// The ways out of a JSONata state.
    pub(in crate::flow) fn query_state(
        &mut self,
        inside: &Inside<'_>,
        surroundings: &Surroundings,
    ) -> Vec<Exit> {
        let state = inside.state;
        let input = inside.raw.clone();
        match &state.kind {
            Kind::Task { .. } => {
                let result = self.task(inside);
                self.query_exits(inside, &result)
            }
            Kind::Parallel { branches } => {
                let input = match &state.parameters {
                    Some(arguments) => self.query(arguments, inside, "Arguments"),
                    None => input,
                };
                let result = self.branches(branches, &input, inside.variables, surroundings);
                self.query_exits(inside, &result)
            }
            Kind::Map { .. } => {
                let result = self.query_map(inside, surroundings);
                self.query_exits(inside, &result)
            }
            Kind::Pass { .. } | Kind::Wait(_) | Kind::Succeed => {
                if let Kind::Wait(wait) = &state.kind {
                    self.query_wait(wait, inside);
                }
                vec![self.query_exit(
                    inside,
                    inside.scope(inside.raw),
                    state.next,
                    (state.output.as_ref(), "Output"),
                    (&state.assign, "Assign"),
                    &input,
                )]
            }
            Kind::Fail { error, cause } => {
                for (text, field) in [(error, "Error"), (cause, "Cause")] {
                    if let Some(Text::Expression(expression)) = text {
                        self.limit(expression, STRING, field, inside);
                    }
                }
                Vec::new()
            }
            Kind::Choice { rules, default } => self.query_choice(rules, *default, inside),
        }
    }

    /// The ways out of a Choice.
    fn query_choice(
        &mut self,
        rules: &[Rule],
        default: Option<StateIndex>,
        inside: &Inside<'_>,
    ) -> Vec<Exit> {
        let (input, variables) = self.after_conditions(rules, inside.raw, inside.variables);
        let kinds_asked: Vec<String> = asked::conditions(rules).flat_map(asked::kinds).collect();
        let scope = Scope {
            variables: &variables,
            reserved: Reserved {
                kinds_asked: &kinds_asked,
                ..Reserved::default()
            },
            ..inside.scope(&input)
        };
        let mut exits = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            let [condition, output, assign] =
                ["Condition", "Output", "Assign"].map(|field| format!("Choices[{number}].{field}"));
            if let Test::Condition(Condition::Expression(expression)) = &rule.test {
                self.condition(expression, scope, inside.at(&condition));
            }
            exits.push(self.query_exit(
                inside,
                scope,
                Next::State(rule.next),
                (rule.output.as_ref(), &output),
                (&rule.assign, &assign),
                &input,
            ));
        }
        if let Some(default) = default {
            exits.push(self.query_exit(
                inside,
                scope,
                Next::State(default),
                (inside.state.output.as_ref(), "Output"),
                (&inside.state.assign, "Assign"),
                &input,
            ));
        }
        exits
    }

    /// The ways out of a state that has a result, or may fail.
    fn query_exits(&mut self, inside: &Inside<'_>, result: &Type) -> Vec<Exit> {
        let state = inside.state;
        let mut exits = Vec::new();
        // What cannot succeed has no result to go on with.
        if !result.is_never() {
            let scope = inside.scope(inside.raw).reserving(Reserved {
                result: Some(result),
                ..Reserved::default()
            });
            exits.push(self.query_exit(
                inside,
                scope,
                state.next,
                (state.output.as_ref(), "Output"),
                (&state.assign, "Assign"),
                result,
            ));
        }
        for (number, catcher) in state.catch.iter().enumerate() {
            let error = Type::object([("Error", Type::string()), ("Cause", Type::string())]);
            let scope = inside.scope(inside.raw).reserving(Reserved {
                error_output: Some(&error),
                ..Reserved::default()
            });
            let [output, assign] = ["Output", "Assign"].map(|field| format!("Catch[{number}].{field}"));
            exits.push(self.query_exit(
                inside,
                scope,
                Next::State(catcher.next),
                (catcher.output.as_ref(), &output),
                (&catcher.assign, &assign),
                &error,
            ));
        }
        exits
    }

    /// A way out, with `Output`, or else what the state gives without.
    fn query_exit(
        &mut self,
        inside: &Inside<'_>,
        scope: Scope<'_>,
        next: Next,
        (output, output_field): (Option<&Template>, &str),
        (assign, assign_field): (&[Assignment], &str),
        plain: &Type,
    ) -> Exit {
        let variables = self.assign(assign, scope, inside.at(assign_field));
        let input = match output {
            Some(output) => self.template(output, scope, inside.at(output_field)),
            None => plain.clone(),
        };
        let entry = Entry { input, variables };
        Exit { next, entry }
    }

    fn query_map(&mut self, inside: &Inside<'_>, surroundings: &Surroundings) -> Type {
        let Kind::Map {
            items,
            distributed,
            max_concurrency,
            ..
        } = &inside.state.kind
        else {
            return Type::any();
        };
        let reads = distributed
            .as_ref()
            .is_some_and(|distributed| distributed.reader.is_some());
        // A distributed Map takes the members of an object too.
        let kinds = match distributed {
            Some(_) => (ARRAY.0 | kind::OBJECT, ARRAY.1),
            None => ARRAY,
        };
        let items = match items {
            _ if reads => Type::any(),
            Some(Template::Expression(items)) => {
                let scope = inside.scope(inside.raw);
                let otherwise = ", so that the Map state fails";
                self.expression_of(items, kinds, otherwise, scope, inside.at("Items"))
            }
            Some(items) => self.query(items, inside, "Items"),
            None => {
                let wanted = Wanted {
                    kinds: kinds.0,
                    words: kinds.1,
                    otherwise: ", so that the Map state fails",
                };
                self.kind(inside.raw, "$states.input", inside.at(""), &wanted);
                inside.raw.clone()
            }
        };
        let (stored, projected) = items.element(&self.symbols);
        let item = match stored.or(&projected) {
            nothing if nothing.is_never() => Type::any(),
            element => element,
        };
        if let Concurrency::Expression(expression) = max_concurrency {
            self.limit(expression, NUMBER, "MaxConcurrency", inside);
        }
        self.results_of(item, (inside.raw, "ItemSelector"), inside, surroundings)
    }

    fn query(&mut self, template: &Template, inside: &Inside<'_>, field: &str) -> Type {
        self.template(template, inside.scope(inside.raw), inside.at(field))
    }

    fn query_wait(&mut self, wait: &Wait, inside: &Inside<'_>) {
        match wait {
            Wait::SecondsExpression(expression) => self.limit(expression, NUMBER, "Seconds", inside),
            Wait::TimestampExpression(expression) => self.limit(expression, STRING, "Timestamp", inside),
            Wait::Seconds(_) | Wait::Timestamp(_) | Wait::SecondsPath(_) | Wait::TimestampPath(_) => {}
        }
    }

    /// An expression that has to give a value of some kinds.
    pub(in crate::flow) fn limit(
        &mut self,
        expression: &Expression,
        kinds: (u8, &'static str),
        field: &str,
        inside: &Inside<'_>,
    ) {
        let scope = inside.scope(inside.raw);
        let otherwise = ", so that the state fails";
        self.expression_of(expression, kinds, otherwise, scope, inside.at(field));
    }
}
