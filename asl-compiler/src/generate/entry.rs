//! `machine` and `run`, and the one generic part of the machine: from a Task state to its typed function.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Context, names::ident};
use crate::{
    flow::{Flow, Meaning},
    ir::{Kind, Resource, ResourceKind, StateIndex},
};

/// The functions that a user calls, and what connects them to the tasks.
pub fn entry(context: &Context<'_>, flow: &Flow) -> TokenStream {
    let call = call(context);
    let output = output(context, flow);
    quote! {
        #output

        /// The machine with its tasks, for an engine.
        pub fn machine<T: Tasks>(tasks: T) -> asl::Machine<Calls<asl::Arc<T>>> {
            shared_machine(asl::Arc::new(tasks))
        }

        /// The machine with tasks that others hold, too, by an `Arc` or another pointer to them.
        pub fn shared_machine<P>(tasks: P) -> asl::Machine<Calls<P>>
        where
            P: asl::Deref<Target: Tasks> + Send + Sync,
        {
            asl::Machine::new(Calls(tasks))
        }

        /// Runs one execution in memory, from input to output: [`Output`], or whatever else it can be read as.
        pub async fn run<I, O>(
            tasks: &impl Tasks<Input: asl::Takes<I>>,
            input: &I,
        ) -> Result<O, asl::ExecutionError>
        where
            I: asl::Serialize + ?Sized,
            O: asl::DeserializeOwned,
        {
            shared_machine(tasks).run(input).await
        }

        /// Calls the functions of the Task states, through a pointer to them.
        #[derive(Debug, Clone)]
        pub struct Calls<P>(P);

        impl<P> asl::Caller for Calls<P>
        where
            P: asl::Deref<Target: Tasks> + Send + Sync,
        {
            fn program(&self) -> &'static asl::Program {
                &MACHINE
            }

            fn call(&self, state: asl::StateId, input: asl::TaskInput, context: &asl::TaskContext) -> impl Future<Output = Result<asl::Value, asl::TaskError>> + Send {
                call(&*self.0, state, input, context)
            }
        }

        /// From a Task state and its JSON to the typed function, and back.
        #call
    }
}

/// What the machine gives, where that is one of the types of its tasks or its input.
fn output(context: &Context<'_>, flow: &Flow) -> TokenStream {
    let symbol = flow
        .output
        .only_symbol()
        .map(|symbol| flow.symbols.meaning(symbol));
    match symbol {
        Some(Meaning::Output(state)) => {
            let types = context.camel(state);
            let docs = format!("Output of the machine: what {} gives.", context.title(state));
            quote! {
                #[doc = #docs]
                pub type Output<T> = asl::Success<<T as Tasks>::#types>;
            }
        }
        _ => quote! {
            /// Output of the machine: it is put together on the way, or comes from different states.
            pub type Output<T> = <T as asl::TaskSet>::AnyOutput;
        },
    }
}

/// How many tasks are awaited in one function. The time rustc takes for an `async fn` grows with far more than the number of its
/// awaits: 700 in one cost it minutes.
const AWAITS: usize = 16;

fn call(context: &Context<'_>) -> TokenStream {
    let tasks: Vec<StateIndex> = context.tasks().collect();
    if tasks.is_empty() {
        return quote! {
            async fn call<T: Tasks + ?Sized>(_: &T, state: asl::StateId, _: asl::TaskInput, _: &asl::TaskContext) -> Result<asl::Value, asl::TaskError> {
                Err(asl::TaskError::not_a_task(state))
            }
        };
    }
    if tasks.len() <= AWAITS {
        let arms = tasks.iter().map(|index| arm(context, *index));
        return call_function(&ident("call", context.options.span), arms);
    }
    let parts: Vec<_> = tasks.chunks(AWAITS).enumerate().collect();
    let name = |number| ident(&format!("call_{number}"), context.options.span);
    let arms = parts.iter().map(|(number, states)| {
        let variants = states.iter().map(|index| context.variant(*index));
        let name = name(*number);
        quote!(Some(#(#variants)|*) => #name(tasks, state, input, context).await,)
    });
    let call = call_function(&ident("call", context.options.span), arms);
    let parts = parts.iter().map(|(number, states)| {
        let arms = states.iter().map(|index| arm(context, *index));
        call_function(&name(*number), arms)
    });
    quote!(#call #(#parts)*)
}

fn call_function(name: &Ident, arms: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote! {
        async fn #name<T: Tasks + ?Sized>(tasks: &T, state: asl::StateId, input: asl::TaskInput, context: &asl::TaskContext) -> Result<asl::Value, asl::TaskError> {
            match State::from_id(state) {
                #(#arms)*
                _ => Err(asl::TaskError::not_a_task(state)),
            }
        }
    }
}

fn arm(context: &Context<'_>, index: StateIndex) -> TokenStream {
    let variant = context.variant(index);
    let types = context.camel(index);
    let method = context.snake(index);
    // The function of `lambda:invoke` is the Lambda itself: it sees the payload and gives one.
    let (input, envelope) = if is_invocation(&context.machine.states[index].kind) {
        (quote!(asl::payload(input)), quote!(.map(asl::in_envelope)))
    } else {
        (quote!(input), quote!())
    };
    quote! {
        Some(#variant) => {
            let input = asl::decode::<T::#types>(#input)?;
            let output = tasks.#method(input, context).await;
            asl::encode::<T::#types>(output)#envelope
        }
    }
}

/// Whether a task's resource is `lambda:invoke`, whatever it waits for.
fn is_invocation(kind: &Kind) -> bool {
    match kind {
        Kind::Task {
            resource:
                Resource {
                    kind: ResourceKind::Service { service, action, .. },
                    ..
                },
            ..
        } => service == "lambda" && action.split('.').next() == Some("invoke"),
        _ => false,
    }
}
