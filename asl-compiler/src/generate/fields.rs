//! Fields that a state's function evaluates on the way to its work: time limits, times to wait for, errors and causes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{function::Body, intrinsic};
use crate::ir::{Seconds, Template, Text, Wait};

impl Body<'_> {
    /// The fields of a task besides what it works on.
    pub(super) fn task_fields(
        &mut self,
        timeout: Option<&Seconds>,
        heartbeat: Option<&Seconds>,
        credentials: Option<&Template>,
    ) -> TokenStream {
        let document = self.input().borrow();
        let timeout = timeout.map(|seconds| {
            let seconds = self.seconds(seconds, &document, "TimeoutSecondsPath");
            quote!(.timeout_seconds(#seconds))
        });
        let heartbeat = heartbeat.map(|seconds| {
            let seconds = self.seconds(seconds, &document, "HeartbeatSecondsPath");
            quote!(.heartbeat_seconds(#seconds))
        });
        let credentials = credentials.map(|template| {
            let credentials = self.templates.value(template, &document);
            quote!(.credentials(#credentials))
        });
        quote!(#timeout #heartbeat #credentials)
    }

    pub(super) fn wait(&self, wait: &Wait) -> TokenStream {
        let document = self.input().borrow();
        let wait = match wait {
            Wait::Seconds(seconds) => {
                let seconds = Literal::u32_unsuffixed(*seconds);
                quote!(Seconds(#seconds))
            }
            Wait::SecondsPath(path) => {
                let path = self.paths().path(path);
                quote!(Seconds(cx.wait_seconds(#document, &#path)?))
            }
            Wait::Timestamp(milliseconds) => {
                let milliseconds = Literal::i64_unsuffixed(*milliseconds);
                quote!(Until(#milliseconds))
            }
            Wait::TimestampPath(path) => {
                let path = self.paths().path(path);
                quote!(Until(cx.wait_until(#document, &#path)?))
            }
            Wait::SecondsExpression(expression) => {
                let expression = self.templates.expression(expression);
                quote!(Seconds(states.wait_seconds(&#expression)?))
            }
            Wait::TimestampExpression(expression) => {
                let expression = self.templates.expression(expression);
                quote!(Until(states.wait_until(&#expression)?))
            }
        };
        self.with_input(quote!(Ok(asl::Step::Wait(asl::WaitStep::#wait))))
    }

    pub(super) fn fail(&self, error: Option<&Text>, cause: Option<&Text>) -> TokenStream {
        let error = self.text(error, "ErrorPath");
        let cause = self.text(cause, "CausePath");
        quote!(Ok(asl::Step::Fail { error: #error, cause: #cause }))
    }

    fn text(&self, text: Option<&Text>, field: &str) -> TokenStream {
        match text {
            None => quote!(None),
            Some(Text::Literal(text)) => quote!(Some(String::from(#text))),
            Some(Text::Path(path)) => {
                let path = self.paths().path(path);
                quote!(Some(cx.text(cx.input, &#path, #field)?))
            }
            Some(Text::Intrinsic(call)) => {
                let call = intrinsic::call(call, self.paths());
                quote!(Some(cx.text_call(cx.input, &#call, #field)?))
            }
            Some(Text::Expression(expression)) => {
                let expression = self.templates.expression(expression);
                quote!(Some(states.text(&#expression)?))
            }
        }
    }

    fn seconds(&self, seconds: &Seconds, document: &TokenStream, field: &str) -> TokenStream {
        match seconds {
            Seconds::Literal(seconds) => {
                let seconds = Literal::u32_unsuffixed(*seconds);
                quote!(#seconds)
            }
            Seconds::Path(path) => {
                let path = self.paths().path(path);
                quote!(cx.task_seconds(#document, &#path, #field)?)
            }
            Seconds::Expression(expression) => {
                let expression = self.templates.expression(expression);
                quote!(states.task_seconds(&#expression)?)
            }
        }
    }
}
