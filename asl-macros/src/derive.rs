//! `#[derive(TaskError)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Path, ext::IdentExt, spanned::Spanned,
};

/// The implementation of `IntoTaskError`.
pub fn expand(item: TokenStream) -> Result<TokenStream, Error> {
    let input: DeriveInput = syn::parse2(item)?;
    let whole = Options::read(&input.attrs, Level::Type)?;
    let runtime = whole
        .runtime
        .clone()
        .map_or_else(|| quote!(::asl_runtime), |path| quote!(#path));
    let arms = match &input.data {
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let options = Options::read(&variant.attrs, Level::Variant)?;
                let name = &variant.ident;
                Ok(Arm::new(
                    quote!(Self::#name),
                    &variant.fields,
                    name,
                    &options,
                    &whole,
                ))
            })
            .collect::<Result<Vec<_>, Error>>()?,
        Data::Struct(data) => vec![Arm::new(quote!(Self), &data.fields, &input.ident, &whole, &whole)],
        Data::Union(data) => {
            return Err(Error::new_spanned(
                data.union_token,
                "a union cannot be an error; use an enum",
            ));
        }
    };
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let body = if arms.is_empty() {
        quote!(match self {})
    } else {
        let arms = arms.iter().map(|Arm { pattern, name, cause }| {
            let cause = match cause {
                Some(cause) => quote!(::std::borrow::ToOwned::to_owned(#cause)),
                // The type's own name is where the complaint belongs if it cannot be displayed.
                None => quote_spanned!(input.ident.span()=> ::std::string::ToString::to_string(&self)),
            };
            quote!(#pattern => (#name, #cause),)
        });
        quote! {
            let (error, cause) = match &self { #(#arms)* };
            #runtime::TaskError::new(error, cause)
        }
    };
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::IntoTaskError for #name #type_generics #where_clause {
            fn into_task_error(self) -> #runtime::TaskError {
                #body
            }
        }
    })
}

struct Arm {
    pattern: TokenStream,
    name: LitStr,
    cause: Option<LitStr>,
}

impl Arm {
    fn new(path: TokenStream, fields: &Fields, ident: &Ident, own: &Options, whole: &Options) -> Self {
        let pattern = match fields {
            Fields::Unit => path,
            Fields::Unnamed(_) => quote!(#path(..)),
            Fields::Named(_) => quote!(#path { .. }),
        };
        let plain = || LitStr::new(&ident.unraw().to_string(), ident.span());
        Self {
            pattern,
            name: own.name.clone().unwrap_or_else(plain),
            cause: own.cause.clone().or_else(|| whole.cause.clone()),
        }
    }
}

#[derive(PartialEq)]
enum Level {
    Type,
    Variant,
}

/// What `#[asl(...)]` says.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    cause: Option<LitStr>,
    runtime: Option<Path>,
}

impl Options {
    fn read(attributes: &[Attribute], level: Level) -> Result<Self, Error> {
        let mut options = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("asl"))
        {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("name") {
                    options.name = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("cause") {
                    options.cause = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("crate") && level == Level::Type {
                    options.runtime = Some(meta.value()?.parse::<LitStr>()?.parse()?);
                } else {
                    let known = match level {
                        Level::Type => "`name`, `cause` or `crate`",
                        Level::Variant => "`name` or `cause`",
                    };
                    return Err(Error::new(meta.path.span(), format!("expected {known}")));
                }
                Ok(())
            })?;
        }
        Ok(options)
    }
}
