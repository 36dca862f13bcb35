//! `#[tasks]`: associated types and left-out parameters for an `impl` of a machine's `Tasks`.

use crate::checks::{self, Arguments, Method};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Error, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Path, ReceiverKind, ReturnType,
    Signature, Type, ext::IdentExt, spanned::Spanned,
};

/// The `impl` with what it lacks. Mistakes stand beside it, so that there is still an `impl` and no error follows
/// from there being none.
pub fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut block: ItemImpl = match syn::parse2(item.clone()) {
        Ok(block) => block,
        Err(_) => {
            let message = "#[tasks] belongs on `impl <machine>::Tasks for <your type>`";
            let error = Error::new(Span::call_site(), message).into_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Vec::new();
    let arguments = Arguments::read(arguments).unwrap_or_else(|error| {
        errors.push(error);
        Arguments::default()
    });
    let mut check = TokenStream::new();
    if block.trait_.is_none() {
        let message = "#[tasks] needs the trait that the definition's module has: \
                       `impl <machine>::Tasks for <your type>`";
        errors.push(Error::new_spanned(&block.self_ty, message));
    } else {
        let written = block.clone();
        complete(&mut block, &arguments, &mut errors);
        // What is wrong with the functions is said first.
        if let (Some((path, _)), []) = (&written.trait_, errors.as_slice()) {
            check = checks::check(&written, path, &arguments, methods(&written));
        }
    }
    let errors = errors.into_iter().map(Error::into_compile_error);
    quote!(#block #(#errors)* #check)
}

/// The tasks with the types that are written down.
fn methods(block: &ItemImpl) -> Vec<Method<'_>> {
    let functions = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    functions
        .map(|method| {
            let name = &method.sig.ident;
            let (given_input, given_output) = checks::written_types(block, &type_name(name));
            let output = match &method.sig.output {
                ReturnType::Type(_, output) if method.sig.asyncness.is_some() => Some(&**output),
                _ => None,
            };
            Method {
                name,
                conditions: method.attrs.iter().filter(is_condition).collect(),
                input: given_input.or_else(|| input(&method.sig)),
                output: given_output.or(output),
            }
        })
        .collect()
}

fn complete(block: &mut ItemImpl, arguments: &Arguments, errors: &mut Vec<Error>) {
    let given: Vec<Ident> = block
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Type(item) => Some(item.ident.clone()),
            _ => None,
        })
        .collect();
    let machine = block.trait_.as_ref().map(|(path, _)| checks::macro_path(path));
    // Of what borrows for ever rustc tells once only where it is not asked about twice.
    let mut unnamed = checks::unnamed(block);
    unnamed.push("static".to_owned());
    let mut types = Vec::new();
    if !given.iter().any(|name| name == "Input") {
        let input = match &arguments.input {
            Some(input) => input.to_token_stream(),
            None => quote!(Self::AnyInput),
        };
        types.push(ImplItem::Verbatim(quote!(type Input = #input;)));
    }
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        let type_name = type_name(&method.sig.ident);
        // Who writes the type writes the whole function.
        if given.contains(&type_name) {
            continue;
        }
        match task_type(method) {
            Ok(signature) => {
                let conditions = method.attrs.iter().filter(is_condition);
                let span = type_name.span();
                // Whether its types are native is known only where they stand for themselves.
                let signature = match checks::mentions(signature.clone(), &unnamed) {
                    true => signature,
                    false => task_of(machine.as_ref(), &signature),
                };
                let item = quote_spanned!(span=> #(#conditions)* type #type_name = #signature;);
                types.push(ImplItem::Verbatim(item));
                add_parameters(&mut method.sig);
            }
            Err(error) => {
                errors.push(error);
                types.push(stand_in(method, &type_name));
            }
        }
    }
    block.items.splice(0..0, types);
}

/// What takes the place of a function that is no task, so that rustc has nothing to add to what is said of it.
fn stand_in(method: &mut ImplItemFn, type_name: &Ident) -> ImplItem {
    let span = method.sig.ident.span();
    let name = &method.sig.ident;
    let output = quote_spanned!(span=> ::core::result::Result<(), ::core::convert::Infallible>);
    *method = syn::parse_quote_spanned!(span=>
        async fn #name(&self, _: (), _: &Self::Context) -> #output { ::core::unreachable!() }
    );
    ImplItem::Verbatim(quote_spanned!(span=> type #type_name = fn() -> #output;))
}

/// Named by the rule by which the compiler names the trait's types.
fn type_name(method: &Ident) -> Ident {
    let name = asl_compiler::generate::type_name(&method.unraw().to_string());
    // A method that the trait does not have may have any name, but no type can be called `Self`.
    syn::parse_str::<Ident>(&name).map_or_else(
        |_| Ident::new("NotATask", method.span()),
        |_| Ident::new(&name, method.span()),
    )
}

fn is_condition(attribute: &&Attribute) -> bool {
    attribute.path().is_ident("cfg")
}

/// `fn(Order) -> Result<Receipt, TaskError>`
fn task_type(method: &ImplItemFn) -> Result<TokenStream, Error> {
    let signature = &method.sig;
    check(signature)?;
    let input = input(signature);
    if let Some(input) = input {
        refuse_impl_trait(input)?;
        refuse_borrowing(input)?;
    }
    match &signature.output {
        ReturnType::Default => Err(Error::new_spanned(
            &signature.ident,
            "a task returns a result: `-> Result<Output, Error>`",
        )),
        ReturnType::Type(_, output) => {
            refuse_impl_trait(output)?;
            // An error in the types underlines them from here to the end of the output.
            let span = input.map_or_else(|| output.span(), Spanned::span);
            Ok(quote_spanned!(span=> fn(#input) -> #output))
        }
    }
}

/// The type of a task, given which types of the function are native. It has the place of those.
fn task_of(machine: Option<&Path>, signature: &TokenStream) -> TokenStream {
    let places = || signature.clone().into_iter().map(|token| token.span());
    let here = places().next().unwrap_or_else(Span::call_site);
    let end = places().last().map(|end| quote_spanned!(end=> >));
    quote_spanned!(here=> Self::TaskType<#signature, { #machine!(@natively #signature) } #end)
}

fn check(signature: &Signature) -> Result<(), Error> {
    if signature.asyncness.is_none() {
        let message = "a task is an async function: write `async fn`";
        return Err(Error::new_spanned(signature.fn_token, message));
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if matches!(receiver.kind, ReceiverKind::Reference(_, _, None)) => {}
        Some(FnArg::Receiver(receiver)) => {
            let message = "a task takes `&self`: executions and branches share it";
            return Err(Error::new_spanned(receiver, message));
        }
        _ => {
            let message = "a task takes `&self` as its first parameter";
            return Err(Error::new_spanned(&signature.ident, message));
        }
    }
    if let Some(parameter) = signature.generics.params.first() {
        let message = "a task has no generic parameters: its input and output are fixed types";
        return Err(Error::new_spanned(parameter, message));
    }
    let mut parameters = parameters(signature);
    match (parameters.next(), parameters.next(), parameters.next()) {
        (Some(Type::Reference(only)), None, None) if is_data(&only.elem) => {
            Err(Error::new_spanned(only, BORROWED_INPUT))
        }
        (_, _, Some(third)) => Err(Error::new_spanned(
            third,
            "a task has at most two parameters after `&self`: its input, and the task's context",
        )),
        (Some(input), Some(_), None) if is_reference(input) => Err(Error::new_spanned(
            input,
            "a task takes its input by value; the context, by reference, comes after it",
        )),
        (Some(_), Some(context), None) if !is_reference(context) => Err(Error::new_spanned(
            context,
            "a task takes its context by reference: `&TaskContext`",
        )),
        _ => Ok(()),
    }
}

/// The parameter taken by value.
fn input(signature: &Signature) -> Option<&Type> {
    parameters(signature)
        .next()
        .filter(|parameter| !is_reference(parameter))
}

fn add_parameters(signature: &mut Signature) {
    let span = signature.ident.span();
    let has_input = input(signature).is_some();
    let has_context = parameters(signature).any(is_reference);
    if !has_input {
        signature
            .inputs
            .insert(1, syn::parse_quote_spanned!(span=> _: ()));
    }
    if !has_context {
        signature
            .inputs
            .push(syn::parse_quote_spanned!(span=> _: &Self::Context));
    }
}

fn parameters(signature: &Signature) -> impl Iterator<Item = &Type> {
    signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some(&*argument.ty),
        FnArg::Receiver(_) => None,
    })
}

fn is_reference(parameter: &Type) -> bool {
    match parameter {
        Type::Reference(_) => true,
        Type::Paren(inner) => is_reference(&inner.elem),
        Type::Group(inner) => is_reference(&inner.elem),
        _ => false,
    }
}

/// Whether a reference to this type is no context, whatever the context may be called.
fn is_data(named: &Type) -> bool {
    match named {
        Type::Path(named) => named.path.is_ident("str"),
        Type::Slice(_) => true,
        _ => false,
    }
}

const BORROWED_INPUT: &str =
    "a task owns its input: it cannot borrow, use `String` for `&str` and `Vec` for a slice";

/// Lifetimes without a name would make the function type one over all lifetimes, of which rustc says little that helps.
fn refuse_borrowing(input: &Type) -> Result<(), Error> {
    let text = input.to_token_stream().to_string();
    if text.contains("'_") || text.replace("& '", "").contains('&') {
        return Err(Error::new_spanned(input, BORROWED_INPUT));
    }
    Ok(())
}

fn refuse_impl_trait(named: &Type) -> Result<(), Error> {
    let tokens = named.to_token_stream();
    match tokens.into_iter().find(|token| token.to_string() == "impl") {
        Some(_) => Err(Error::new(
            named.span(),
            "a task's input and output are types with a name, not `impl Trait`",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_tasks(arguments: TokenStream, item: TokenStream, expected: TokenStream) {
        assert_eq!(expand(arguments, item).to_string(), expected.to_string());
    }

    fn check_error(item: TokenStream, expected: &str) {
        let expanded = expand(TokenStream::new(), item).to_string();
        assert!(
            expanded.contains(&format!("compile_error ! {{ \"{expected}")),
            "{expanded}"
        );
    }

    #[test]
    fn types_and_parameters_are_added() {
        check_tasks(
            quote!(),
            quote! {
                impl<D: Db> order::Tasks for Shop<D> {
                    /// Docs.
                    async fn check(&self, order: Order) -> Result<Receipt, E> { body }
                    async fn r#match(&self) -> R {}
                    #[cfg(x)]
                    async fn with_context(&self, Order { id }: Order, cx: &TaskContext) -> R {}
                    async fn only_context(&self, cx: &TaskContext) -> Result<D, E> {}
                }
            },
            quote! {
                impl<D: Db> order::Tasks for Shop<D> {
                    type Input = Self::AnyInput;
                    type Check = Self::TaskType<fn(Order) -> Result<Receipt, E>, {
                        order::Tasks!(@natively fn(Order) -> Result<Receipt, E>)
                    }>;
                    type Match = Self::TaskType<fn() -> R, { order::Tasks!(@natively fn() -> R) }>;
                    #[cfg(x)]
                    type WithContext = Self::TaskType<fn(Order) -> R, { order::Tasks!(@natively fn(Order) -> R) }>;
                    type OnlyContext = fn() -> Result<D, E>;
                    /// Docs.
                    async fn check(&self, order: Order, _: &Self::Context) -> Result<Receipt, E> { body }
                    async fn r#match(&self, _: (), _: &Self::Context) -> R {}
                    #[cfg(x)]
                    async fn with_context(&self, Order { id }: Order, cx: &TaskContext) -> R {}
                    async fn only_context(&self, _: (), cx: &TaskContext) -> Result<D, E> {}
                }
                order::Tasks! {
                    order::Tasks;
                    input: [];
                    unchecked: false [];
                    tasks: [
                        "check": [Order] [Result<Receipt, E>];
                        "match": [] [R];
                        "only_context": [] [];
                        #[cfg(x)] "with_context": [Order] [R];
                    ]
                }
            },
        );
    }

    #[test]
    fn what_is_written_out_stays() {
        let written = quote! {
            impl order::Tasks for Shop {
                type Input = Order;
                type Check = fn(Order) -> R;
                fn check(&self, order: Order, cx: &TaskContext) -> impl Future<Output = R> + Send { future }
            }
        };
        let check = quote! {
            order::Tasks! {
                order::Tasks;
                input: [Cart];
                unchecked: true [("A", ""), ("B", "$.x")];
                tasks: ["check": [Order] [R];]
            }
        };
        check_tasks(
            quote!(
                input = Cart,
                unchecked,
                unchecked(state = "A"),
                unchecked(state = "B", path = "$.x")
            ),
            written.clone(),
            quote!(#written #check),
        );
    }

    #[test]
    fn mistakes() {
        let task = |function: TokenStream| quote!(impl order::Tasks for Shop { #function });
        check_error(
            task(quote!(
                fn a(&self) -> R {}
            )),
            "a task is an async function",
        );
        check_error(
            task(quote!(
                async fn a(self) -> R {}
            )),
            "a task takes `&self`",
        );
        check_error(
            task(quote!(
                async fn a() -> R {}
            )),
            "a task takes `&self` as its first",
        );
        check_error(
            task(quote!(
                async fn a<'a>(&'a self) -> R {}
            )),
            "a task has no generic parameters",
        );
        check_error(
            task(quote!(
                async fn a(&self) {}
            )),
            "a task returns a result",
        );
        check_error(
            task(quote!(
                async fn a(&self, b: B, c: C) -> R {}
            )),
            "a task takes its context by reference",
        );
        check_error(
            task(quote!(
                async fn a(&self, b: &B, c: &C) -> R {}
            )),
            "a task takes its input by value",
        );
        check_error(
            task(quote!(
                async fn a(&self, b: B, c: &C, d: D) -> R {}
            )),
            "a task has at most two parameters",
        );
        check_error(
            task(quote!(
                async fn a(&self) -> Result<impl X, E> {}
            )),
            "a task's input and output are types",
        );
        let arguments = |arguments| expand(arguments, task(quote!())).to_string();
        assert!(arguments(quote!(inputs = Order)).contains("#[tasks] takes `input = Type`"));
        assert!(arguments(quote!(unchecked(path = "$.x"))).contains("`unchecked` names a state"));
        check_error(quote!(impl Shop {}), "#[tasks] needs the trait");
        check_error(
            quote!(
                struct Shop;
            ),
            "#[tasks] belongs on `impl",
        );
    }
}
