//! State functions of JSONata states: no paths, and each expression is evaluated on its own.
//!
//! What expressions can refer to is `states`, which borrows from `cx`, so the input is taken out when all of them have
//! been evaluated.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    data::{Data, mentions},
    distributed,
    function::{Body, parameter},
};
use crate::ir::{
    Assignment, Concurrency, Condition, Json, Kind, Next, Resource, ResourceKind, Rule, StateIndex, Template,
    Test,
};

impl Body<'_> {
    /// The body of the function of a JSONata state.
    pub(super) fn query_code(&mut self) -> TokenStream {
        let state = self.state;
        match &state.kind {
            Kind::Pass { .. } | Kind::Succeed => match &state.output {
                Some(output @ (Template::Object(_) | Template::Array(_))) if state.assign.is_empty() => {
                    self.leave_with(output)
                }
                _ => self.query_exit(&Data::RawInput),
            },
            Kind::Fail { error, cause } => {
                let fail = self.fail(error.as_ref(), cause.as_ref());
                with_states(fail)
            }
            Kind::Choice { rules, default } => self.query_choice(rules, *default),
            Kind::Wait(wait) => {
                let enter = with_states(self.wait(wait));
                let woke = self.query_exit(&Data::RawInput);
                self.matching(quote! {
                    asl::On::Enter => { #enter }
                    asl::On::Woke => { #woke }
                })
            }
            Kind::Task {
                resource,
                timeout,
                heartbeat,
                credentials,
            } => {
                let arguments = self.arguments(Some(resource));
                let fields = self.task_fields(timeout.as_ref(), heartbeat.as_ref(), credentials.as_ref());
                self.query_working(with_states(quote!(Ok(asl::Step::task(#arguments) #fields))))
            }
            Kind::Parallel { .. } => {
                let arguments = self.arguments(None);
                self.query_working(with_states(quote!(Ok(asl::Step::Parallel(#arguments)))))
            }
            Kind::Map { .. } => self.query_map(),
        }
    }

    fn query_map(&mut self) -> TokenStream {
        let Kind::Map {
            items,
            item_selector,
            max_concurrency,
            distributed,
            ..
        } = &self.state.kind
        else {
            return TokenStream::new();
        };
        let item = match item_selector {
            None => quote!(Ok(asl::Step::PlainItem)),
            Some(selector) => {
                let item = self.templates.value(selector, &TokenStream::new());
                with_states(quote! {
                    let item = #item;
                    Ok(asl::Step::Item(item))
                })
            }
        };
        let Some(distributed) = distributed else {
            let items = self.query_items(items.as_ref());
            let max_concurrency = self.query_concurrency(max_concurrency);
            let enter = with_states(quote! {
                Ok(asl::Step::Map { items: #items, max_concurrency: #max_concurrency })
            });
            return self.query_arms(quote! {
                asl::On::Enter => { #enter }
                asl::On::Item => { #item }
            });
        };
        let items = if distributed.reader.is_some() {
            quote!(None)
        } else {
            let items = self.query_items(items.as_ref());
            quote!(Some(#items))
        };
        let enter = with_states(quote!(Ok(asl::Step::DistributedMap { items: #items })));
        let map_run = distributed::map_run(
            distributed,
            max_concurrency,
            &mut self.templates,
            &TokenStream::new(),
        );
        let map_run = with_states(map_run);
        self.query_arms(quote! {
            asl::On::Enter => { #enter }
            asl::On::MapRun => { #map_run }
            asl::On::Item => { #item }
        })
    }

    /// A state that works, gives a result, or is caught.
    fn query_working(&mut self, enter: TokenStream) -> TokenStream {
        self.query_arms(quote!(asl::On::Enter => { #enter }))
    }

    fn query_arms(&mut self, arms: TokenStream) -> TokenStream {
        let exit = self.query_exit(&Data::Owned(quote!(result)));
        let result = parameter(&exit, "result");
        let caught = self.query_caught();
        self.matching(quote! {
            #arms
            asl::On::Result(#result) => { #exit }
            #caught
        })
    }

    /// The arms for the catchers. Each has expressions of its own, or none.
    fn query_caught(&mut self) -> TokenStream {
        let state = self.state;
        let mut plain: Vec<(StateIndex, Vec<Literal>)> = Vec::new();
        let mut arms = TokenStream::new();
        for (index, catcher) in state.catch.iter().enumerate() {
            let number = Literal::usize_unsuffixed(index);
            if catcher.output.is_none() && catcher.assign.is_empty() {
                match plain.iter_mut().find(|(next, _)| *next == catcher.next) {
                    Some((_, numbers)) => numbers.push(number),
                    None => plain.push((catcher.next, vec![number])),
                }
                continue;
            }
            let error = Data::Owned(quote!(error));
            let next = Next::State(catcher.next);
            let code = self.query_step(next, catcher.output.as_ref(), &catcher.assign, &error);
            let code = with(code, &quote!(cx.states().error_output(&error)));
            let error = parameter(&code, "error");
            arms.extend(quote!(asl::On::Caught(#number, #error) => { #code }));
        }
        for (next, numbers) in plain {
            let next = self.context.variant(next);
            arms.extend(quote! {
                asl::On::Caught(#(#numbers)|*, error) => { Ok(asl::Step::next(#next, error)) }
            });
        }
        arms
    }

    fn query_choice(&mut self, rules: &[Rule], default: Option<StateIndex>) -> TokenStream {
        let state = self.state;
        let plain = state.assign.is_empty()
            && state.output.is_none()
            && rules
                .iter()
                .all(|rule| rule.assign.is_empty() && rule.output.is_none());
        let otherwise = match default {
            None if plain => quote!(return Err(cx.no_choice());),
            None => quote!(Err(cx.no_choice())),
            Some(default) if plain => {
                let default = self.context.variant(default);
                quote!(#default)
            }
            Some(default) => {
                let (output, input) = (state.output.as_ref(), Data::RawInput);
                self.query_step(Next::State(default), output, &state.assign, &input)
            }
        };
        if plain {
            let tests: Vec<_> = rules.iter().map(|rule| self.query_test(&rule.test)).collect();
            let targets = rules.iter().map(|rule| self.context.variant(rule.next));
            return with_states(quote! {
                let next = #(if #tests { #targets } else)* { #otherwise };
                Ok(asl::Step::pass(next))
            });
        }
        let mut code = TokenStream::new();
        for rule in rules {
            let test = self.query_test(&rule.test);
            let next = Next::State(rule.next);
            let step = self.query_step(next, rule.output.as_ref(), &rule.assign, &Data::RawInput);
            let step = returned(step);
            code.extend(quote!(if #test { #step }));
        }
        with_states(quote!(#code #otherwise))
    }

    fn query_test(&self, test: &Test) -> TokenStream {
        match test {
            Test::Condition(Condition::Expression(expression)) => {
                let expression = self.templates.expression(expression);
                quote!(states.condition(&#expression)?)
            }
            Test::Condition(Condition::Literal(literal)) => quote!(#literal),
            // Rules of JSONata states have no other tests.
            _ => quote!(false),
        }
    }

    /// Ends the state: `Assign`, then `Output`, or else what the state gives without.
    fn query_exit(&mut self, plain: &Data) -> TokenStream {
        let state = self.state;
        let code = self.query_step(state.next, state.output.as_ref(), &state.assign, plain);
        match plain {
            Data::RawInput => with_states(code),
            _ => with(code, &quote!(cx.states().result(&result))),
        }
    }

    fn query_step(
        &mut self,
        next: Next,
        output: Option<&Template>,
        assign: &[Assignment],
        plain: &Data,
    ) -> TokenStream {
        let assign_code = self.assign(assign, &TokenStream::new());
        let Some(output) = output else {
            let step = self.step(next, plain, assign);
            return quote!(#assign_code Ok(#step));
        };
        let output = self.templates.value(output, &TokenStream::new());
        let step = self.step(next, &Data::Owned(quote!(output)), assign);
        quote! {
            #assign_code
            let output = #output;
            Ok(#step)
        }
    }

    /// What a Task or Parallel works on.
    fn arguments(&mut self, resource: Option<&Resource>) -> TokenStream {
        let is_service =
            resource.is_some_and(|resource| matches!(resource.kind, ResourceKind::Service { .. }));
        match &self.state.parameters {
            None => quote!(cx.input.clone()),
            Some(Template::Expression(expression)) if is_service => {
                let expression = self.templates.expression(expression);
                quote!(states.object(&#expression)?)
            }
            Some(template) => self.templates.value(template, &TokenStream::new()),
        }
    }

    fn query_items(&mut self, items: Option<&Template>) -> TokenStream {
        match items {
            None => quote!(cx.input_items()?),
            Some(Template::Expression(expression)) => {
                let expression = self.templates.expression(expression);
                quote!(states.items(&#expression)?)
            }
            Some(items @ (Template::Array(_) | Template::Constant(Json::Array(_)))) => {
                self.templates.value(items, &TokenStream::new())
            }
            Some(items) => {
                let items = self.templates.value(items, &TokenStream::new());
                quote!(cx.literal_items(#items)?)
            }
        }
    }

    fn query_concurrency(&self, max_concurrency: &Concurrency) -> TokenStream {
        match max_concurrency {
            Concurrency::Expression(expression) => {
                let expression = self.templates.expression(expression);
                quote!(states.count(&#expression)?)
            }
            Concurrency::Literal(limit) => {
                let limit = Literal::u32_unsuffixed(*limit);
                quote!(#limit)
            }
            // JSONata has no paths.
            Concurrency::Path(_) => quote!(0),
        }
    }
}

/// Code with `states` declared, if it needs that.
fn with_states(code: TokenStream) -> TokenStream {
    with(code, &quote!(cx.states()))
}

fn with(code: TokenStream, states: &TokenStream) -> TokenStream {
    if mentions(&code, "states") {
        quote!(let states = #states; #code)
    } else {
        code
    }
}

/// Statements that end with `Ok(..)`, as statements that return it.
fn returned(code: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = code.into_iter().collect();
    // The last two are `Ok` and what is in its parentheses.
    let last = tokens.split_off(tokens.len().saturating_sub(2));
    quote!(#(#tokens)* return #(#last)*;)
}
