//! What `#[tasks]` hands over for the flow of data to be checked: the types of the tasks, the machine's input, and what is
//! not to be checked.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, GenericParam, ImplItem, ItemImpl, LitStr, Path, PathArguments, ReturnType, Token, Type,
    ext::IdentExt,
    meta::ParseNestedMeta,
    parse::{Parser, Result},
};

/// The arguments of `#[tasks(...)]`.
#[derive(Default)]
pub struct Arguments {
    /// `input = Order`
    pub input: Option<Type>,
    /// `unchecked`
    all_unchecked: bool,
    /// `unchecked(state = "ChargeCard", path = "$.reservation.total")`
    unchecked: Vec<(LitStr, Option<LitStr>)>,
}

impl Arguments {
    pub fn read(arguments: TokenStream) -> Result<Self> {
        let mut read = Self::default();
        syn::meta::parser(|meta| read.one(&meta)).parse2(arguments)?;
        Ok(read)
    }

    fn one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if meta.path.is_ident("input") {
            self.input = Some(meta.value()?.parse()?);
            return Ok(());
        }
        if !meta.path.is_ident("unchecked") {
            return Err(meta.error("#[tasks] takes `input = Type` and `unchecked(state = \"...\")`"));
        }
        if meta.input.is_empty() || meta.input.peek(Token![,]) {
            self.all_unchecked = true;
            return Ok(());
        }
        let (mut state, mut what) = (None, None);
        meta.parse_nested_meta(|meta| {
            if meta.path.is_ident("state") {
                state = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("path") || meta.path.is_ident("field") {
                what = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `state`, `path` or `field`"));
            }
            Ok(())
        })?;
        let state =
            state.ok_or_else(|| meta.error("`unchecked` names a state: `unchecked(state = \"...\")`"))?;
        self.unchecked.push((state, what));
        Ok(())
    }
}

/// A task's method with its types, where they can be named outside of the `impl`.
pub struct Method<'a> {
    pub name: &'a Ident,
    pub conditions: Vec<&'a Attribute>,
    pub input: Option<&'a Type>,
    pub output: Option<&'a Type>,
}

/// The call of the macro that has the name of the trait.
pub fn check(
    block: &ItemImpl,
    trait_path: &Path,
    arguments: &Arguments,
    mut methods: Vec<Method<'_>>,
) -> TokenStream {
    let path = macro_path(trait_path);
    let unnamed = unnamed(block);
    let outside = |named: &Type| !mentions(named.to_token_stream(), &unnamed);
    let input = arguments.input.as_ref().filter(|input| outside(input));
    let all = arguments.all_unchecked;
    let unchecked = arguments.unchecked.iter().map(|(state, what)| match what {
        Some(what) => quote!((#state, #what)),
        None => quote!((#state, "")),
    });
    methods.sort_by_key(|method| method.name.unraw().to_string());
    let tasks = methods.iter().map(|method| {
        let name = method.name.unraw().to_string();
        let conditions = &method.conditions;
        let input = method.input.filter(|input| outside(input));
        let output = method.output.filter(|output| outside(output));
        quote!(#(#conditions)* #name: [#input] [#output];)
    });
    quote! {
        #path! {
            #path;
            input: [#input];
            unchecked: #all [#(#unchecked),*];
            tasks: [#(#tasks)*]
        }
    }
}

/// The macro that has the name of the trait.
pub fn macro_path(trait_path: &Path) -> Path {
    let mut path = trait_path.clone();
    for segment in &mut path.segments {
        segment.arguments = PathArguments::None;
    }
    path
}

/// The functions of an `impl` as tasks, for those whose types are written as `type Name = fn(Input) -> Output;` too.
pub fn written_types<'a>(block: &'a ItemImpl, type_name: &Ident) -> (Option<&'a Type>, Option<&'a Type>) {
    let written = block.items.iter().find_map(|item| match item {
        ImplItem::Type(item) if item.ident == *type_name => Some(&item.ty),
        _ => None,
    });
    let Some(Type::FnPtr(function)) = written else {
        return (None, None);
    };
    let input = function.inputs.first().map(|argument| &argument.ty);
    let output = match &function.output {
        ReturnType::Type(_, output) => Some(&**output),
        ReturnType::Default => None,
    };
    (input, output)
}

/// Names that mean something only inside the `impl`.
pub fn unnamed(block: &ItemImpl) -> Vec<String> {
    let parameters = block.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Type(parameter) => parameter.ident.to_string(),
        GenericParam::Const(parameter) => parameter.ident.to_string(),
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.to_string(),
    });
    parameters.chain(["Self".to_owned()]).collect()
}

/// Whether one of these names stands in the tokens.
pub fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}
