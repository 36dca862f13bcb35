//! The macros of `asl-runtime`, which re-exports and documents them.

mod definition;
mod derive;
mod tasks;

use proc_macro::TokenStream;

/// Behind the macro `asl!` of the runtime, which puts its own path in front: `$crate; <definition>`.
#[doc(hidden)]
#[proc_macro]
pub fn asl(input: TokenStream) -> TokenStream {
    definition::expand(input.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes an `impl` of a machine's `Tasks` complete: the functions are all that is left to write.
///
/// ```ignore
/// #[tasks]
/// impl order::Tasks for Shop {
///     async fn check_payment(&self, order: Order) -> Result<Receipt, TaskError> { .. }
///     async fn reserve_inventory(&self, order: Order, cx: &TaskContext) -> Result<Reservation, ShopError> { .. }
///     async fn close_shop(&self) -> Result<(), TaskError> { .. }
/// }
/// ```
///
/// For each function it adds the associated type that tells its input and output (`type CheckPayment =
/// fn(Order) -> Result<Receipt, TaskError>;`), and the parameters that the function leaves out. A function takes its
/// input by value, and the task's context by reference; both may be left out. What the `impl` already has stays as it is.
#[proc_macro_attribute]
pub fn tasks(arguments: TokenStream, item: TokenStream) -> TokenStream {
    tasks::expand(arguments.into(), item.into()).into()
}

/// Makes an enum the error of a task: the variants are error names.
///
/// ```ignore
/// #[derive(Debug, thiserror::Error, TaskError)]
/// enum ShopError {
///     #[error("the card was declined")]
///     PaymentDeclined,
///     #[error("only {left} left")]
///     #[asl(name = "Stock.Short")]
///     OutOfStock { left: u32 },
///     #[asl(cause = "try later")]
///     Busy,
/// }
/// ```
///
/// The error's name is the variant's, or what `#[asl(name = "...")]` says; of a struct, the struct's. Its cause is what
/// `Display` writes, unless `#[asl(cause = "...")]` says it: where every variant (or the type as a whole) says it, the
/// type needs no `Display`.
///
/// If the runtime's crate has another name, tell it: `#[asl(crate = "steps")]` on the type.
#[proc_macro_derive(TaskError, attributes(asl))]
pub fn derive_task_error(item: TokenStream) -> TokenStream {
    derive::expand(item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
