//! From the resolved machine to Rust: one module per definition.
//!
//! ```text
//! pub mod order {
//!     pub enum State { CheckPayment, .. }          // states.rs
//!     pub trait Tasks { fn check_payment(..); .. } // tasks.rs
//!     pub fn machine(..)  pub async fn run(..)     // entry.rs
//!     pub static MACHINE: Program = ..;            // table.rs
//!     mod states { fn check_payment(..) {..} .. }  // function.rs, data.rs, template.rs, path.rs, ...
//! }
//! ```
//!
//! Generated code names the runtime only as `asl`, an import of its hidden module, and the prelude only through
//! `asl::prelude`, so that it works under any name of the runtime and under `#![no_implicit_prelude]`.

mod choice;
mod data;
mod distributed;
mod docs;
mod entry;
mod expressions;
mod fields;
mod flow;
mod function;
mod intrinsic;
pub mod jsonata;
mod names;
pub mod path;
mod paths;
mod query;
mod skeleton;
mod states;
mod table;
mod tasks;
mod template;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use expressions::Expressions;
use names::{Name, ident, state_names};
pub use names::{module_name, type_name};
use paths::Paths;
pub use skeleton::skeleton;

use crate::{
    flow::{Flow, analyse},
    ir::{Kind, Machine, StateIndex},
};

/// What the generated module is called, and how it names other things.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Name of the module, an identifier; see [`module_name`].
    pub module: String,
    /// Visibility of the module; `pub` by default.
    pub visibility: TokenStream,
    /// Path to the runtime's crate; `::asl_runtime` by default.
    pub runtime: TokenStream,
    /// The definition's file as documentation shows it: `order.asl.json`.
    pub file: String,
    /// The definition's path as messages show it.
    pub path: String,
    /// An expression that gives the definition's text, to be quoted in messages: `include_str!("...")`. Without one, only
    /// the place is told.
    pub source: Option<TokenStream>,
    /// Where an editor goes from a generated name.
    pub span: Span,
}

impl Options {
    /// Options for a file: the module is named after it.
    pub fn new(file: &str) -> Self {
        Self {
            module: module_name(file),
            visibility: quote!(pub),
            runtime: quote!(::asl_runtime),
            file: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            path: file.to_owned(),
            source: None,
            span: Span::call_site(),
        }
    }
}

/// The Rust module of a machine.
pub fn generate(machine: &Machine, options: &Options) -> TokenStream {
    module(machine, &analyse(machine), options)
}

fn module(machine: &Machine, flow: &Flow, options: &Options) -> TokenStream {
    let context = Context {
        machine,
        names: state_names(machine.states.iter().map(|state| state.name.as_str())),
        paths: Paths::new(&machine.variables),
        expressions: Expressions::new(&machine.variables),
        options,
    };
    let comment = machine.comment.as_deref().map(docs::escape).unwrap_or_default();
    let origin = format!("Generated from {}.", docs::code(&options.file));
    let docs = docs::paragraphs([comment.as_str(), origin.as_str()]);
    let name = ident(&options.module, options.span);
    let Options {
        visibility, runtime, ..
    } = options;
    let states = states::state_enum(&context);
    let tasks = tasks::tasks(&context);
    let entry = entry::entry(&context, flow);
    let flow = flow::flow(&context, flow);
    let functions: TokenStream = (0..machine.states.len())
        .map(|index| function::function(&context, index))
        .collect();
    let table = table::table(&context);
    let state = data::mentions(&functions, "State").then(|| quote!(State,));
    let paths = context.paths.into_modules();
    let expressions = context.expressions.into_module();
    quote! {
        #docs
        #[allow(dead_code, reason = "a program need not use all that is generated")]
        #[allow(clippy::enum_variant_names, reason = "states are named by the definition")]
        #[allow(clippy::approx_constant, clippy::excessive_precision, reason = "numbers are those of the definition")]
        #[allow(clippy::if_same_then_else, clippy::nonminimal_bool, reason = "rules are those of the definition")]
        #[allow(clippy::module_inception, reason = "a definition's file may be called like the module around it")]
        #visibility mod #name {
            use #runtime::__private as asl;
            use asl::prelude::*;

            #states
            #tasks
            #entry
            #flow
            #table

            /// What each state does.
            mod states {
                use super::{#state asl};
                use asl::prelude::*;

                #functions

                #paths

                #expressions
            }
        }
    }
}

/// The module as the text of a source file, laid out as a person would.
///
/// # Errors
/// When the generated code is no Rust: a defect of the generator.
pub fn source_file(machine: &Machine, options: &Options) -> Result<String, syn::Error> {
    let file = syn::parse2(generate(machine, options))?;
    let heading = format!(
        "// Generated by asl-compiler from {}. Changes made here are lost.\n\n",
        options.file
    );
    Ok(heading + &spaced(&prettyplease::unparse(&file)))
}

/// Code with an empty line before every item that has one before it.
fn spaced(code: &str) -> String {
    const STARTS: &[&str] = &["///", "#[", "pub ", "impl", "mod ", "static ", "fn ", "async fn "];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut text = String::with_capacity(code.len());
    let mut before = "";
    for line in code.lines() {
        let starts = STARTS.iter().any(|start| line.trim_start().starts_with(start));
        let in_docs = before.trim_start().starts_with("///");
        if starts && !in_docs && indent(line) == indent(before) && before.ends_with(['}', ';']) {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        before = line;
    }
    text
}

/// What all parts of the generator look at.
struct Context<'a> {
    machine: &'a Machine,
    names: Vec<Name>,
    paths: Paths<'a>,
    expressions: Expressions<'a>,
    options: &'a Options,
}

impl Context<'_> {
    /// The path to a state's variant: `State::CheckPayment`.
    fn variant(&self, index: StateIndex) -> TokenStream {
        let variant = self.camel(index);
        quote!(State::#variant)
    }

    fn camel(&self, index: StateIndex) -> Ident {
        ident(&self.names[index].camel, self.options.span)
    }

    fn snake(&self, index: StateIndex) -> Ident {
        ident(&self.names[index].snake, self.options.span)
    }

    /// `` Task state `CheckPayment` ``, for documentation.
    fn title(&self, index: StateIndex) -> String {
        let state = &self.machine.states[index];
        let kind = match &state.kind {
            Kind::Task { .. } => "Task",
            Kind::Pass { .. } => "Pass",
            Kind::Choice { .. } => "Choice",
            Kind::Wait(_) => "Wait",
            Kind::Succeed => "Succeed",
            Kind::Fail { .. } => "Fail",
            Kind::Parallel { .. } => "Parallel",
            Kind::Map { .. } => "Map",
        };
        format!("{kind} state {}", docs::code(&state.name))
    }

    /// `` `order.asl.json:5` ``, for documentation.
    fn place(&self, index: StateIndex) -> String {
        let line = self.machine.states[index].place.line;
        docs::code(&format!("{}:{line}", self.options.file))
    }

    /// The state's `Comment`, for documentation.
    fn comment(&self, index: StateIndex) -> String {
        let comment = &self.machine.states[index].comment;
        comment.as_deref().map(docs::escape).unwrap_or_default()
    }

    /// The states that call a function.
    fn tasks(&self) -> impl Iterator<Item = StateIndex> {
        let is_task = |index: &StateIndex| matches!(self.machine.states[*index].kind, Kind::Task { .. });
        (0..self.machine.states.len()).filter(is_task)
    }
}
