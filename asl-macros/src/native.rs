//! `#[derive(Native)]`: what is seen of a type's values, and how they are made of what is seen.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Error, Field, Fields, FieldsNamed, Path, ext::IdentExt,
    spanned::Spanned,
};

use crate::shape::{Container, FieldOptions, Side, VariantOptions, each_serde};

/// Attributes of `serde` that are understood on a type, a field and a variant. Others are refused: what they say could be
/// something else than what is seen.
const OF_TYPES: &[&str] = &[
    "rename",
    "rename_all",
    "deny_unknown_fields",
    "crate",
    "expecting",
];
const OF_FIELDS: &[&str] = &["rename", "alias", "default", "skip_serializing_if"];
const OF_VARIANTS: &[&str] = &["rename", "alias"];

/// The implementation of `Native`.
pub fn expand(item: TokenStream) -> Result<TokenStream, Error> {
    let input: DeriveInput = syn::parse2(item)?;
    let container = Container::read(&input.attrs)?;
    understood(&input.attrs, OF_TYPES)?;
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new_spanned(parameter, "a native type has no parameters"));
    }
    let runtime = match &container.runtime {
        Some(path) => quote!(#path),
        None => quote!(::asl_runtime),
    };
    let functions = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structure(fields, &container)?,
            other => {
                return Err(Error::new(
                    other.span().resolved_at(input.ident.span()),
                    "a native struct has fields with names",
                ));
            }
        },
        Data::Enum(data) => names(data, &container)?,
        Data::Union(data) => return Err(Error::new_spanned(data.union_token, "a union is not native")),
    };
    let name = &input.ident;
    Ok(quote! {
        const _: () = {
            use #runtime::__private::native as asl;

            #[automatically_derived]
            impl asl::Native for #name {
                #functions
            }
        };
    })
}

fn understood(attributes: &[Attribute], known: &[&str]) -> Result<(), Error> {
    each_serde(attributes, |meta, name| {
        if known.contains(&name) {
            return Ok(());
        }
        Err(meta.error(format!(
            "`#[derive(Native)]` does not understand `{name}`: without the derive the type works as ever"
        )))
    })
}

/// A struct is an object of its fields.
fn structure(fields: &FieldsNamed, container: &Container) -> Result<TokenStream, Error> {
    let (mut members, mut had, mut shown, mut bounds) = (vec![], vec![], vec![], vec![]);
    let mut added = vec![];
    let (mut read, mut aliases) = (vec![], vec![]);
    let (mut parts, mut taken, mut made) = (vec![], vec![], vec![]);
    for (place, field) in fields.named.iter().enumerate() {
        understood(&field.attrs, OF_FIELDS)?;
        let options = FieldOptions::read(&field.attrs)?;
        let ident = &field.ident;
        let key = key(field, &options, container)?;
        // A type that is not native is underlined.
        let span = Span::call_site().located_at(field.ty.span());
        let look = quote_spanned!(span=> asl::Native::look(&self.#ident));
        let some = quote!(::core::option::Option::Some(#look));
        let show = quote!(show(#key, #look););
        let text = [&*quoted(&key), ":"].concat();
        let add = quote_spanned!(span=> asl::Native::push_json(&self.#ident, members.begin(#text)););
        let (member, has, show, add) = match left_out(field, &options)? {
            None => (some, quote!(true), show, add),
            Some(is_left_out) => (
                quote!(if #is_left_out(&self.#ident) { ::core::option::Option::None } else { #some }),
                quote!(!#is_left_out(&self.#ident)),
                quote!(if !#is_left_out(&self.#ident) { #show }),
                quote!(if !#is_left_out(&self.#ident) { #add }),
            ),
        };
        had.push(quote!(#key => #has,));
        added.push(add);
        members.push(quote!(#key => #member,));
        shown.push(show);
        let bound = quote_spanned!(span=> asl::Native::bound(&self.#ident));
        bounds.push(quote!(.with_part(#key, #bound?)));
        let default = match &options.default_path {
            Some(default) => Some(quote!(#default)),
            None => options.default.then(|| quote!(::core::default::Default::default)),
        };
        let (field, part) = match default {
            Some(default) => (
                quote_spanned!(span=> look.field_or(#place, #key, #default)),
                quote_spanned!(span=> asl::Part::field_or(document, #key, #default)),
            ),
            None => (
                quote_spanned!(span=> look.field(#place, #key)),
                quote_spanned!(span=> asl::Part::field(document, #key)),
            ),
        };
        read.push(quote!(#ident: #field?));
        taken.push(part);
        let part = format_ident!("part_{place}", span = Span::mixed_site());
        let made_of = quote_spanned!(span=> #part.get());
        made.push(quote!(#ident: #made_of));
        parts.push(part);
        aliases.extend(options.aliases);
    }
    // What is refused is for `serde` to say.
    let copied = if container.deny_unknown_fields {
        quote!(::core::option::Option::None)
    } else {
        quote! {
            if !look.is_object() #(|| look.member(#aliases).is_some())* {
                return ::core::option::Option::None;
            }
            ::core::option::Option::Some(Self { #(#read),* })
        }
    };
    let take = (!container.deny_unknown_fields && !parts.is_empty()).then(|| {
        quote! {
            fn take_parts(value: asl::Value) -> ::core::result::Result<Self, asl::Value> {
                let ::core::option::Option::Some(document) = value.as_object() else {
                    return ::core::result::Result::Err(value);
                };
                #(if document.contains_key(#aliases) {
                    return ::core::result::Result::Err(value);
                })*
                #(let ::core::option::Option::Some(#parts) = #taken else {
                    return ::core::result::Result::Err(value);
                };)*
                ::core::mem::drop(value);
                ::core::result::Result::Ok(Self { #(#made),* })
            }
        }
    });
    Ok(quote! {
        #take

        fn look(&self) -> asl::Look<'_> {
            asl::Look::Tree(self)
        }

        fn copy(look: asl::Look<'_>) -> ::core::option::Option<Self> {
            if let ::core::option::Option::Some(same) = look.downcast::<Self>() {
                return ::core::option::Option::Some(::core::clone::Clone::clone(same));
            }
            #copied
        }

        fn member(&self, key: &str) -> ::core::option::Option<asl::Look<'_>> {
            match key {
                #(#members)*
                _ => ::core::option::Option::None,
            }
        }

        fn has(&self, key: &str) -> bool {
            match key {
                #(#had)*
                _ => false,
            }
        }

        fn each<'a>(&'a self, show: &mut dyn ::core::ops::FnMut(&'a str, asl::Look<'a>)) {
            #(#shown)*
            // There may be none.
            let _ = show;
        }

        fn push_json(&self, text: &mut ::std::string::String) {
            let members = &mut asl::Members::of(text);
            #(#added)*
            members.end();
        }

        fn bound(&self) -> ::core::option::Option<asl::Measure> {
            ::core::option::Option::Some(asl::Measure::of_members(0)#(#bounds)*)
        }
    })
}

/// A string as JSON text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\0'..' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => quoted.push(char),
        }
    }
    quoted + "\""
}

fn key(field: &Field, options: &FieldOptions, container: &Container) -> Result<String, Error> {
    let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
    let ident = ident.unwrap_or_default();
    let of = |side: Side| {
        let named = options.names.of(side).cloned();
        named.unwrap_or_else(|| container.rename_all.of(side).of_field(&ident))
    };
    if of(Side::Output) != of(Side::Input) {
        return Err(Error::new_spanned(
            field,
            "a native field has the same name when it is written and read",
        ));
    }
    Ok(of(Side::Output))
}

/// Tells when a field is left out. It must then be read as what it was.
fn left_out<'o>(field: &Field, options: &'o FieldOptions) -> Result<Option<&'o Path>, Error> {
    let Some(is_left_out) = &options.skip_serializing_if else {
        return Ok(None);
    };
    let last = is_left_out
        .segments
        .last()
        .map(|segment| segment.ident.to_string());
    let is_same = match last.as_deref() {
        Some("is_none") => options.default_path.is_none(),
        Some("is_empty") => options.default && options.default_path.is_none(),
        _ => false,
    };
    if is_same {
        return Ok(Some(is_left_out));
    }
    let message = "a native field that is left out must be read as what it was: `skip_serializing_if` is `Option::is_none`, or \
                   an `is_empty` beside `default`";
    Err(Error::new_spanned(field, message))
}

/// An enum is the name of one of its variants.
fn names(data: &DataEnum, container: &Container) -> Result<TokenStream, Error> {
    let (mut written, mut texts, mut read) = (vec![], vec![], vec![]);
    for variant in &data.variants {
        understood(&variant.attrs, OF_VARIANTS)?;
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(
                variant,
                "the variants of a native enum are names",
            ));
        }
        let options = VariantOptions::read(&variant.attrs)?;
        let ident = &variant.ident;
        let name = |side: Side| {
            let plain = container
                .rename_all
                .of(side)
                .of_variant(&ident.unraw().to_string());
            options.names.of(side).cloned().unwrap_or(plain)
        };
        let output = name(Side::Output);
        let text = quoted(&output);
        texts.push(quote!(Self::#ident => #text,));
        written.push(quote!(Self::#ident => #output,));
        let known: Vec<String> = std::iter::once(name(Side::Input))
            .chain(options.aliases.iter().cloned())
            .collect();
        if !known.contains(&output) {
            return Err(Error::new_spanned(
                variant,
                "the name of a native variant is read, too",
            ));
        }
        read.push(quote!(#(#known)|* => ::core::option::Option::Some(Self::#ident),));
    }
    Ok(quote! {
        fn look(&self) -> asl::Look<'_> {
            asl::Look::String(match *self { #(#written)* })
        }

        fn copy(look: asl::Look<'_>) -> ::core::option::Option<Self> {
            match look {
                asl::Look::String(text) => match text {
                    #(#read)*
                    _ => ::core::option::Option::None,
                },
                _ => ::core::option::Option::None,
            }
        }

        fn bound(&self) -> ::core::option::Option<asl::Measure> {
            ::core::option::Option::Some(asl::Measure::of_text(match *self { #(#written)* }))
        }

        fn push_json(&self, text: &mut ::std::string::String) {
            text.push_str(match *self { #(#texts)* });
        }
    })
}
