//! One function per state: the state's data flow as plain code.
//!
//! A function is called with what happened (`on`) and answers with what is to be done. A state that is only ever
//! entered needs no `match`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{
    Context, choice,
    data::{self, Data, Flow, mentions},
    distributed, docs,
    names::ident,
    paths::Paths,
    template::{Constants, Templates},
};
use crate::ir::{
    Assignment, Concurrency, Json, Kind, Next, ResultPath, Rule, Seconds, State, StateIndex, Template,
};
use crate::syntax::path::Path;

/// The function of a state.
pub fn function(context: &Context<'_>, index: StateIndex) -> TokenStream {
    let state = &context.machine.states[index];
    let mut body = Body {
        context,
        state,
        templates: Templates {
            paths: &context.paths,
            expressions: &context.expressions,
            state: &context.names[index].snake,
            constants: Constants::default(),
        },
    };
    let code = body.code();
    let constants = body.templates.constants.into_declarations();
    let name = ident(&context.names[index].snake, context.options.span);
    let docs = docs::paragraphs([format!("{}.", context.title(index)).as_str()]);
    let cx = parameter(&code, "cx");
    let on = parameter(&code, "on");
    quote! {
        #docs
        pub fn #name(#cx: &mut asl::Cx<'_>, #on: asl::On) -> Result<asl::Step, asl::Failure> {
            #constants
            #code
        }
    }
}

/// The name of a parameter or pattern, or `_` where the code has no use for it.
pub(super) fn parameter(code: &TokenStream, name: &str) -> TokenStream {
    if mentions(code, name) {
        let name = Ident::new(name, Span::call_site());
        quote!(#name)
    } else {
        quote!(_)
    }
}

pub(super) struct Body<'a> {
    pub context: &'a Context<'a>,
    pub state: &'a State,
    pub templates: Templates<'a>,
}

impl Body<'_> {
    fn code(&mut self) -> TokenStream {
        if self.state.jsonata {
            return self.query_code();
        }
        match &self.state.kind {
            Kind::Pass { result } => self.pass(result.as_ref()),
            Kind::Succeed => self.pass_input_on(Next::End),
            Kind::Fail { error, cause } => self.fail(error.as_ref(), cause.as_ref()),
            Kind::Choice { rules, default } => self.choice(rules, *default),
            Kind::Wait(wait) => {
                let enter = self.wait(wait);
                let woke = self.pass_input_on(self.state.next);
                self.matching(quote! {
                    asl::On::Enter => { #enter }
                    asl::On::Woke => { #woke }
                })
            }
            Kind::Task {
                timeout,
                heartbeat,
                credentials,
                ..
            } => {
                let enter = self.task(timeout.as_ref(), heartbeat.as_ref(), credentials.as_ref());
                self.working(quote!(asl::On::Enter => { #enter }))
            }
            Kind::Parallel { .. } => {
                let enter = self.parallel();
                self.working(quote!(asl::On::Enter => { #enter }))
            }
            Kind::Map {
                items_path,
                item_selector,
                max_concurrency,
                distributed: Some(distributed),
                ..
            } => {
                let items = distributed.reader.is_none().then_some(items_path.as_ref());
                let enter = self.map_items(items);
                let document = self.input().borrow();
                let map_run =
                    distributed::map_run(distributed, max_concurrency, &mut self.templates, &document);
                let map_run = self.with_input(map_run);
                let item = self.item(item_selector.as_ref());
                self.working(quote! {
                    asl::On::Enter => { #enter }
                    asl::On::MapRun => { #map_run }
                    asl::On::Item => { #item }
                })
            }
            Kind::Map {
                items_path,
                item_selector,
                max_concurrency,
                distributed: None,
                ..
            } => {
                let enter = self.map(items_path.as_ref(), max_concurrency);
                let item = self.item(item_selector.as_ref());
                self.working(quote! {
                    asl::On::Enter => { #enter }
                    asl::On::Item => { #item }
                })
            }
        }
    }

    /// A function that is called on several occasions.
    pub(super) fn matching(&self, arms: TokenStream) -> TokenStream {
        quote! {
            match on {
                #arms
                on => asl::Step::unexpected(&on),
            }
        }
    }

    /// As [`Self::matching`], for a state that works, gives a result, or is caught.
    fn working(&mut self, arms: TokenStream) -> TokenStream {
        let result = self.result();
        let caught = self.caught();
        self.matching(quote!(#arms #result #caught))
    }

    fn result(&mut self) -> TokenStream {
        let state = self.state;
        let assign = self.assign(&state.assign, &quote!(&result));
        let selector = state.result_selector.as_ref().map(|selector| {
            self.templates
                .field("result_selector", selector, &quote!(&result))
        });
        let exit = self.exit(&Data::Owned(quote!(result)), &state.assign);
        let wanted = mentions(&exit, "result");
        let (select, reader) = match selector {
            Some(selector) if wanted => (quote!(let result = #selector;), selector),
            // Not wanted, but what the selector names must be there.
            Some(selector) => (quote!(#selector;), selector),
            None => (quote!(), exit.clone()),
        };
        let result = parameter(&quote!(#assign #reader), "result");
        let code = quote!(#assign #select #exit);
        quote!(asl::On::Result(#result) => { #code })
    }

    /// The arms for the catchers; catchers that do the same share one.
    fn caught(&mut self) -> TokenStream {
        let mut arms: Vec<(Vec<usize>, TokenStream)> = Vec::new();
        for (index, catcher) in self.state.catch.iter().enumerate() {
            let assign = self.assign(&catcher.assign, &quote!(&error));
            let error = Data::Owned(quote!(error));
            let Flow { statements, data } = data::output(&error, &catcher.result_path, None, self.paths());
            let step = self.step(Next::State(catcher.next), &data, &catcher.assign);
            let code = quote!(#assign #statements Ok(#step));
            match arms
                .iter_mut()
                .find(|(_, known)| known.to_string() == code.to_string())
            {
                Some((indices, _)) => indices.push(index),
                None => arms.push((vec![index], code)),
            }
        }
        arms.into_iter()
            .map(|(indices, code)| {
                let indices = indices.into_iter().map(Literal::usize_unsuffixed);
                let error = parameter(&code, "error");
                quote!(asl::On::Caught(#(#indices)|*, #error) => { #code })
            })
            .collect()
    }

    fn task(
        &mut self,
        timeout: Option<&Seconds>,
        heartbeat: Option<&Seconds>,
        credentials: Option<&Template>,
    ) -> TokenStream {
        let document = self.input().borrow();
        let parameters = self.state.parameters.as_ref();
        let (parameters, input) = match parameters.and_then(|it| self.templates.task_input(it, &document)) {
            Some(parameters) => (quote!(let parameters = #parameters;), quote!(parameters)),
            None => self.effective_input(),
        };
        let fields = self.task_fields(timeout, heartbeat, credentials);
        self.with_input(quote! {
            #parameters
            Ok(asl::Step::task(#input) #fields)
        })
    }

    fn parallel(&mut self) -> TokenStream {
        let (parameters, input) = self.effective_input();
        self.with_input(quote! {
            #parameters
            Ok(asl::Step::Parallel(#input))
        })
    }

    fn map(&mut self, items_path: Option<&Path>, max_concurrency: &Concurrency) -> TokenStream {
        let document = self.input().borrow();
        let items = self.items(items_path);
        let max_concurrency = match max_concurrency {
            Concurrency::Literal(limit) => {
                let limit = Literal::u32_unsuffixed(*limit);
                quote!(#limit)
            }
            Concurrency::Path(path) => {
                let path = self.paths().path(path);
                quote!(cx.concurrency(#document, &#path)?)
            }
            // Of JSONata alone.
            Concurrency::Expression(_) => quote!(0),
        };
        self.with_input(quote! {
            Ok(asl::Step::Map {
                items: #items,
                max_concurrency: #max_concurrency,
            })
        })
    }

    /// What a distributed Map takes its items from: its input, unless it reads them.
    fn map_items(&self, items_path: Option<Option<&Path>>) -> TokenStream {
        let items = match items_path {
            Some(items_path) => {
                let items = self.items(items_path);
                quote!(Some(#items))
            }
            None => quote!(None),
        };
        self.with_input(quote!(Ok(asl::Step::DistributedMap { items: #items })))
    }

    fn items(&self, items_path: Option<&Path>) -> TokenStream {
        let document = self.input().borrow();
        let items_path = match items_path {
            Some(path) => {
                let path = self.paths().path(path);
                quote!(Some(&#path))
            }
            None => quote!(None),
        };
        quote!(cx.items(#document, #items_path)?)
    }

    /// The input of an iteration.
    fn item(&mut self, selector: Option<&Template>) -> TokenStream {
        let Some(selector) = selector else {
            return quote!(Ok(asl::Step::PlainItem));
        };
        let document = self.input().borrow();
        let item = self.templates.value(selector, &document);
        self.with_input(quote! {
            let item = #item;
            Ok(asl::Step::Item(item))
        })
    }

    fn pass(&mut self, result: Option<&Json>) -> TokenStream {
        let state = self.state;
        if let Some(parameters) = &state.parameters
            && result.is_none()
            && self.has_output_at_once()
        {
            return self.leave_with(parameters);
        }
        let document = self.input().borrow();
        let bound = Data::Owned(quote!(result));
        let (result, evaluate, inspect) = match (result, &state.parameters) {
            (Some(result), _) => {
                let constant = self.templates.constants.json(result);
                (bound, constant, quote!(cx.inspect_result(&result);))
            }
            (None, Some(parameters)) => {
                let parameters = self.templates.field("parameters", parameters, &document);
                (bound, parameters, quote!())
            }
            (None, None) => (self.input(), quote!(), quote!()),
        };
        let assign = self.assign(&state.assign, &result.borrow());
        let exit = self.exit(&result, &state.assign);
        let evaluate = if evaluate.is_empty() {
            quote!()
        } else if mentions(&quote!(#inspect #assign #exit), "result") {
            quote!(let result = #evaluate;)
        } else {
            // Not wanted, but what the parameters name must be there.
            quote!(#evaluate;)
        };
        self.with_input(quote!(#evaluate #inspect #assign #exit))
    }

    /// Ends a state that does nothing but make its output of its raw input, by a template.
    pub(super) fn leave_with(&mut self, template: &Template) -> TokenStream {
        let template = self.templates.declare(template);
        match self.state.next {
            Next::State(next) => {
                let next = self.context.variant(next);
                quote!(cx.next_with(#next, &#template))
            }
            Next::End => quote!(cx.end_with(&#template)),
        }
    }

    /// Whether a template is all that the state's output takes.
    fn has_output_at_once(&self) -> bool {
        let state = self.state;
        state.input_path.is_none()
            && matches!(state.result_path, ResultPath::Replace)
            && state.output_path.is_none()
            && state.assign.is_empty()
    }

    fn choice(&mut self, rules: &[Rule], default: Option<StateIndex>) -> TokenStream {
        let input = match self.input() {
            Data::RawInput => quote!(let input = &*cx.input;),
            Data::Owned(_) | Data::Reference(_) => quote!(),
        };
        let assigns = rules.iter().any(|rule| !rule.assign.is_empty()) || !self.state.assign.is_empty();
        let code = if assigns {
            self.assigning_choice(rules, default)
        } else {
            self.plain_choice(rules, default)
        };
        self.with_input(quote!(#input #code))
    }

    /// All routes do the same but for where they lead.
    fn plain_choice(&mut self, rules: &[Rule], default: Option<StateIndex>) -> TokenStream {
        let tests = rules.iter().map(|rule| choice::test(&rule.test, self.paths()));
        let targets = rules.iter().map(|rule| self.context.variant(rule.next));
        let default = match default {
            Some(default) => {
                let default = self.context.variant(default);
                quote!(#default)
            }
            None => quote!(return Err(cx.no_choice());),
        };
        let Flow { statements, data } = self.passed_input();
        let step = match data {
            Data::RawInput => quote!(asl::Step::pass(next)),
            data => {
                let output = data.take();
                quote!(asl::Step::next(next, #output))
            }
        };
        quote! {
            let next = #(if #tests { #targets } else)* { #default };
            #statements
            Ok(#step)
        }
    }

    fn assigning_choice(&mut self, rules: &[Rule], default: Option<StateIndex>) -> TokenStream {
        let rules: TokenStream = rules
            .iter()
            .map(|rule| {
                let test = choice::test(&rule.test, self.paths());
                let assign = self.assign(&rule.assign, &quote!(input));
                let Flow { statements, data } = self.passed_input();
                let step = self.step(Next::State(rule.next), &data, &rule.assign);
                quote! {
                    if #test {
                        #assign
                        #statements
                        return Ok(#step);
                    }
                }
            })
            .collect();
        let Some(default) = default else {
            return quote!(#rules Err(cx.no_choice()));
        };
        let assign = self.assign(&self.state.assign, &quote!(input));
        let Flow { statements, data } = self.passed_input();
        let step = self.step(Next::State(default), &data, &self.state.assign);
        quote!(#rules #assign #statements Ok(#step))
    }

    /// What a Task or Parallel works on: a statement for what takes more than a line, and an expression.
    fn effective_input(&mut self) -> (TokenStream, TokenStream) {
        match &self.state.parameters {
            Some(template) => {
                let parameters = self.templates.value(template, &self.input().borrow());
                (quote!(let parameters = #parameters;), quote!(parameters))
            }
            None => (quote!(), self.input().copy()),
        }
    }

    /// Ends a state that hands on its input: `Assign`, `OutputPath`.
    fn pass_input_on(&mut self, next: Next) -> TokenStream {
        let assign = self.assign(&self.state.assign, &self.input().borrow());
        let Flow { statements, data } = self.passed_input();
        let step = self.step(next, &data, &self.state.assign);
        self.with_input(quote!(#assign #statements Ok(#step)))
    }

    /// The output of a state that hands on its input.
    fn passed_input(&self) -> Flow {
        data::output(
            &self.input(),
            &ResultPath::Replace,
            self.state.output_path.as_ref(),
            self.paths(),
        )
    }

    /// Ends the state with a result, after `Assign` has been evaluated.
    fn exit(&self, result: &Data, assign: &[Assignment]) -> TokenStream {
        let state = self.state;
        let Flow { statements, data } = data::output(
            result,
            &state.result_path,
            state.output_path.as_ref(),
            self.paths(),
        );
        let step = self.step(state.next, &data, assign);
        quote!(#statements Ok(#step))
    }

    pub(super) fn step(&self, next: Next, output: &Data, assign: &[Assignment]) -> TokenStream {
        let assign = if assign.is_empty() {
            quote!()
        } else {
            quote!(.assign(assign))
        };
        if let Data::RawInput = output {
            return match next {
                Next::State(state) => {
                    let state = self.context.variant(state);
                    quote!(asl::Step::pass(#state) #assign)
                }
                Next::End => quote!(asl::Step::pass_end() #assign),
            };
        }
        let output = output.take();
        match next {
            Next::State(state) => {
                let state = self.context.variant(state);
                quote!(asl::Step::next(#state, #output) #assign)
            }
            Next::End => quote!(asl::Step::end(#output) #assign),
        }
    }

    pub(super) fn assign(&mut self, assign: &[Assignment], document: &TokenStream) -> TokenStream {
        if assign.is_empty() {
            return quote!();
        }
        let values = self.templates.assignments(assign, document);
        quote!(let assign = #values;)
    }

    pub(super) fn input(&self) -> Data {
        data::input(self.state.input_path.as_ref())
    }

    pub(super) fn with_input(&self, code: TokenStream) -> TokenStream {
        data::select_input(self.state.input_path.as_ref(), self.paths(), code)
    }

    pub(super) fn paths(&self) -> &Paths<'_> {
        &self.context.paths
    }
}
