//! `trait Tasks`: one function per Task state, with the types that its implementation chooses.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, docs};
use crate::ir::{Kind, Pattern, ResourceKind, StateIndex};

/// The trait that a user implements.
pub fn tasks(context: &Context<'_>) -> TokenStream {
    let items: TokenStream = context.tasks().map(|index| task(context, index)).collect();
    let blanket = items.is_empty().then(|| {
        quote! {
            impl Tasks for () {
                type Input = asl::AnyInput;
            }
        }
    });
    let example = context.tasks().next().map(|index| {
        let method = context.snake(index);
        [
            "Implement it with the attribute `#[tasks]`, which takes the types from the functions:".to_owned(),
            format!(
                "```text\n#[tasks]\nimpl {}::Tasks for Mine {{\n    async fn {method}(&self, input: Input) -> Result<Output, Error> {{ .. }}\n}}\n```",
                context.options.module
            ),
        ]
    });
    let mut texts = vec!["The functions that Task states call, one for each.".to_owned()];
    texts.extend(example.into_iter().flatten());
    let docs = docs::paragraphs(texts.iter().map(String::as_str));
    quote! {
        #docs
        pub trait Tasks: asl::TaskSet + Send + Sync {
            /// Input of the machine: what [`run`] takes. `#[tasks(input = Type)]` sets it.
            type Input;

            #items
        }
        #blanket
    }
}

fn task(context: &Context<'_>, index: StateIndex) -> TokenStream {
    let type_name = context.camel(index);
    let method = context.snake(index);
    let name = &context.names[index].snake;
    let types = format!("Types of [`{name}`](method@Self::{name}): `fn(Input) -> Result<Output, Error>`.");
    let types = docs::paragraphs([types.as_str()]);
    let title = format!("{}, {}.", context.title(index), context.place(index));
    let (calls, waits) = match &context.machine.states[index].kind {
        Kind::Task { resource, .. } => (
            format!("Resource: {}", docs::code(&resource.text)),
            waits(&resource.kind),
        ),
        _ => (String::new(), ""),
    };
    let docs = docs::paragraphs([
        title.as_str(),
        context.comment(index).as_str(),
        calls.as_str(),
        waits,
    ]);
    quote! {
        #types
        type #type_name: asl::Signature;
        #docs
        fn #method(
            &self,
            input: asl::Input<Self::#type_name>,
            context: &asl::TaskContext,
        ) -> impl Future<Output = asl::Output<Self::#type_name>> + Send;
    }
}

/// What a function must know whose result is not that of the state.
fn waits(kind: &ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Service {
            pattern: Pattern::Callback,
            ..
        } => {
            "The state's result comes by task token (`context.token()`, or `context.callback()` in the same process); \
             what the function returns only tells that the call was made."
        }
        _ => "",
    }
}
