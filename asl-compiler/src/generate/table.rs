//! `static MACHINE`: all that is constant about a machine and its states.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, distributed};
use crate::ir::{Kind, Pattern, Resource, ResourceKind, Retrier, StateIndex};

/// The table of states and the program around it. The functions of the states are to be there: what they read is told.
pub fn table(context: &Context<'_>) -> TokenStream {
    let machine = context.machine;
    let states = (0..machine.states.len()).map(|index| state(context, index));
    let count = Literal::usize_unsuffixed(machine.states.len());
    let name = &context.options.module;
    let start = context.variant(machine.start);
    let fingerprint = hexadecimal(machine.fingerprint);
    let comment = machine.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let variables = (!machine.variables.is_empty()).then(|| {
        let names = &machine.variables;
        quote!(.variables(&[#(#names),*]))
    });
    let timeout = machine.timeout_seconds.map(|seconds| {
        let seconds = Literal::u32_unsuffixed(seconds);
        quote!(.timeout_seconds(#seconds))
    });
    let sees_time = context.paths.see_time() || context.expressions.see_time();
    let sees_time = sees_time.then(|| quote!(.sees_time()));
    quote! {
        /// The compiled machine.
        pub static MACHINE: asl::Program = asl::Program::new(#name, &STATES, #start as asl::StateId, #fingerprint)
            #comment #variables #timeout #sees_time;

        static STATES: [asl::StateInfo; #count] = [#(#states),*];
    }
}

fn state(context: &Context<'_>, index: StateIndex) -> TokenStream {
    let state = &context.machine.states[index];
    let name = &state.name;
    let kind = kind(context, &state.kind);
    let function = context.snake(index);
    let comment = state.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let retry = (!state.retry.is_empty()).then(|| {
        let retriers = state.retry.iter().map(retrier);
        quote!(.retry(&[#(#retriers),*]))
    });
    let catch = (!state.catch.is_empty()).then(|| {
        let catchers = state.catch.iter().map(|catcher| {
            let errors = &catcher.error_equals;
            quote!(&[#(#errors),*])
        });
        quote!(.catch(&[#(#catchers),*]))
    });
    let jsonata = state.jsonata.then(|| quote!(.jsonata()));
    quote!(asl::StateInfo::new(#name, #kind, states::#function) #jsonata #comment #retry #catch)
}

fn kind(context: &Context<'_>, kind: &Kind) -> TokenStream {
    let kind = match kind {
        Kind::Pass { .. } => quote!(Pass),
        Kind::Choice { .. } => quote!(Choice),
        Kind::Wait(_) => quote!(Wait),
        Kind::Succeed => quote!(Succeed),
        Kind::Fail { .. } => quote!(Fail),
        Kind::Task { resource, .. } => {
            let resource = self::resource(resource);
            quote!(Task(#resource))
        }
        Kind::Parallel { branches } => {
            let branches = branches.iter().map(|&branch| context.variant(branch));
            quote!(Parallel(&[#(#branches as asl::StateId),*]))
        }
        Kind::Map {
            processor,
            distributed: None,
            ..
        } => {
            let processor = context.variant(*processor);
            quote!(Map(#processor as asl::StateId))
        }
        Kind::Map {
            processor,
            distributed: Some(distributed),
            ..
        } => {
            let map = distributed::entry(distributed, &context.variant(*processor));
            quote!(DistributedMap(#map))
        }
    };
    quote!(asl::StateKind::#kind)
}

fn resource(resource: &Resource) -> TokenStream {
    let text = &resource.text;
    let kind = match &resource.kind {
        ResourceKind::Function => quote!(Function),
        ResourceKind::Activity => quote!(Activity),
        ResourceKind::Service {
            service,
            action,
            pattern,
        } => {
            let pattern = match pattern {
                Pattern::RequestResponse => quote!(RequestResponse),
                Pattern::Sync => quote!(Sync),
                Pattern::Callback => quote!(Callback),
            };
            quote!(Service { service: #service, action: #action, pattern: asl::Pattern::#pattern })
        }
    };
    quote!(asl::Resource::new(#text, asl::ResourceKind::#kind))
}

/// Only what differs from the defaults.
fn retrier(retrier: &Retrier) -> TokenStream {
    let errors = &retrier.error_equals;
    let number = |name: &str, value: u32| {
        let name = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
        let value = Literal::u32_unsuffixed(value);
        quote!(.#name(#value))
    };
    let interval =
        (retrier.interval_seconds != 1).then(|| number("interval_seconds", retrier.interval_seconds));
    let attempts = (retrier.max_attempts != 3).then(|| number("max_attempts", retrier.max_attempts));
    let rate = retrier.backoff_rate;
    let rate = (rate.to_bits() != 2.0_f64.to_bits()).then(|| {
        let rate = Literal::f64_unsuffixed(rate);
        quote!(.backoff_rate(#rate))
    });
    let delay = retrier
        .max_delay_seconds
        .map(|seconds| number("max_delay_seconds", seconds));
    let jitter = retrier.full_jitter.then(|| quote!(.full_jitter()));
    quote!(asl::Retrier::new(&[#(#errors),*]) #interval #attempts #rate #delay #jitter)
}

fn hexadecimal(number: u64) -> TokenStream {
    let text = format!("{number:#018x}");
    text.parse::<Literal>()
        .map_or_else(|_| quote!(#number), |literal| quote!(#literal))
}
