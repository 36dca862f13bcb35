//! The macros of `asl-runtime`, which re-exports and documents them.

mod checks;
mod definition;
mod derive;
mod native;
mod shape;
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
///
/// `#[tasks(input = Order)]` says what the machine's input is: `run` then takes that type.
///
/// It also has the definition checked against the types of the tasks, as far as they have `#[derive(Shape)]`: a path that
/// exists on no route, an input that no route makes complete, a comparison that is never true are errors. Where such a
/// check is not wanted, it is switched off: `#[tasks(unchecked(state = "ChargeCard"))]` for a state,
/// `unchecked(state = "ChargeCard", path = "$.total")` for a path of it (as the definition has it, a `ResultPath` too),
/// `unchecked(state = "ChargeCard", field = "Parameters")` for a field (as the message names it), `#[tasks(unchecked)]` for all of the machine.
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
/// A task returns it as it is: `Result<_, ShopError>`. In a function that returns `Result<_, TaskError>`, `?` gives an
/// enum that is a standard error, too, the name of the *type*; `.map_err(IntoTaskError::into_task_error)?` gives it that
/// of the variant.
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

/// Describes how a type looks as JSON, so that a machine's definition is checked against it when it is compiled.
///
/// ```ignore
/// #[derive(Deserialize, Shape)]
/// #[serde(rename_all = "camelCase")]
/// struct Order {
///     id: String,
///     total: f64,
///     coupon: Option<String>,
/// }
/// ```
///
/// It reads the `serde` attributes of the type and so agrees with `Serialize` and `Deserialize` as `serde` derives them. A
/// field whose type has no shape is any JSON, as is one that is written or read by functions (`with`, `serialize_with`,
/// `deserialize_with`).
///
/// With `#[serde(deny_unknown_fields)]` a member that every route sets and the type does not know is a mistake too.
///
/// `#[asl(...)]` on a field, or on the type as a whole, says otherwise:
///
/// * `as = "Type"`: it looks like that type.
/// * `any`: it is any JSON. Types that contain one another need this on one of them: rustc takes no constant that
///   contains itself. (A type that contains itself is found out; it is any JSON inside of itself.)
/// * `crate = "steps"`, on the type: the name that the runtime's crate has.
#[proc_macro_derive(Shape, attributes(asl, serde))]
pub fn derive_shape(item: TokenStream) -> TokenStream {
    shape::expand(item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Has documents hold values of the type as they are: those that tasks give, and those that are given in a `Held`.
///
/// ```ignore
/// #[derive(Clone, Serialize, Deserialize, Native)]
/// #[serde(rename_all = "camelCase")]
/// struct Payment {
///     order_id: String,
///     amount: f64,
/// }
///
/// #[tasks]
/// impl order::Tasks for Shop {
///     async fn check_payment(&self, payment: Payment) -> Result<Payment, TaskError> { Ok(payment) }
/// }
/// ```
///
/// It is for structs whose fields have names and are native, too, and for enums whose variants are names. The type needs
/// `Clone`, and `Serialize` and `Deserialize` as `serde` derives them: both must describe the same JSON. Understood are
/// `rename_all`, `rename`, `alias`, `default`, `skip_serializing_if` (with `Option::is_none`, or an `is_empty` beside `default`)
/// and `deny_unknown_fields`; with another attribute of `serde` a type cannot be native. If the runtime's crate has another
/// name, tell it: `#[asl(crate = "steps")]` on the type.
#[proc_macro_derive(Native, attributes(asl, serde))]
pub fn derive_native(item: TokenStream) -> TokenStream {
    native::expand(item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
