//! `#[derive(Shape)]`: how a type looks as JSON, from its `serde` attributes.

mod attributes;
mod case;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Data, DataEnum, DeriveInput, Error, Field, Fields, GenericParam, Ident, Type, Variant, ext::IdentExt,
    parse_quote,
};

use attributes::{Cases, Told};
pub use attributes::{Container, FieldOptions, VariantOptions, each_serde};
pub use case::Case;

/// The two ways in which a type meets JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `serde::Serialize`
    Output,
    /// `serde::Deserialize`
    Input,
}

/// The implementation of `Shape`.
pub fn expand(item: TokenStream) -> Result<TokenStream, Error> {
    let mut input: DeriveInput = syn::parse2(item)?;
    let container = Container::read(&input.attrs)?;
    let runtime = match &container.runtime {
        Some(path) => quote!(#path),
        None => quote!(::asl_runtime),
    };
    for parameter in &mut input.generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(asl::Shape));
        }
    }
    let shape = Derived {
        input: &input,
        container: &container,
    };
    let output = shape.form(Side::Output)?;
    let read = shape.form(Side::Input)?;
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        const _: () = {
            use #runtime::__private::shape as asl;
            #[allow(unused_imports, reason = "needed for types without a shape")]
            use asl::AnyForm as _;

            #[automatically_derived]
            impl #impl_generics asl::Shape for #name #type_generics #where_clause {
                const OUTPUT: &'static asl::Form = &#output;
                const INPUT: &'static asl::Form = &#read;
            }
        };
    })
}

struct Derived<'a> {
    input: &'a DeriveInput,
    container: &'a Container,
}

impl Derived<'_> {
    fn form(&self, side: Side) -> Result<TokenStream, Error> {
        if let Some(told) = &self.container.told {
            return Ok(told_form(told, side));
        }
        let other = match side {
            Side::Output => &self.container.into,
            Side::Input => &self.container.from,
        };
        if let Some(other) = other {
            return Ok(form_of(other, side));
        }
        match &self.input.data {
            Data::Struct(data) if self.container.transparent => self.transparent(&data.fields, side),
            Data::Struct(data) => self.structure(&data.fields, side),
            Data::Enum(data) => self.variants(data, side),
            Data::Union(data) => Err(Error::new_spanned(data.union_token, "a union has no shape")),
        }
    }

    fn transparent(&self, fields: &Fields, side: Side) -> Result<TokenStream, Error> {
        for field in fields {
            let options = FieldOptions::read(&field.attrs)?;
            let is_marker = field.ty.to_token_stream().to_string().contains("PhantomData");
            if !options.is_skipped(side) && !is_marker {
                return Ok(self.value(field, &options, side));
            }
        }
        Ok(quote!(asl::Form::Any))
    }

    fn structure(&self, fields: &Fields, side: Side) -> Result<TokenStream, Error> {
        let name = self.input.ident.unraw().to_string();
        let case = &self.container.rename_all;
        match (fields, &self.container.tag) {
            // A struct has a tag only where it is written.
            (Fields::Named(_), Some(tag)) if side == Side::Output => {
                let word = self.container.names.of(side).unwrap_or(&name);
                let tag = quote!(asl::Field::new(#tag, &asl::Form::Words(&[#word])));
                let object = self.object(&name, fields, case, Some(tag), side)?;
                Ok(quote!(asl::Form::Object(#object)))
            }
            _ => self.fields(&name, fields, case, side),
        }
    }

    /// The form of a struct, or of what a variant holds.
    fn fields(&self, name: &str, fields: &Fields, case: &Cases, side: Side) -> Result<TokenStream, Error> {
        Ok(match fields {
            Fields::Unit => quote!(asl::Form::Null),
            Fields::Named(_) => {
                let object = self.object(name, fields, case, None, side)?;
                quote!(asl::Form::Object(#object))
            }
            Fields::Unnamed(unnamed) => {
                let mut elements = Vec::new();
                // Whether elements at the end may be missing.
                let mut is_shorter = side == Side::Input && self.container.default;
                for field in &unnamed.unnamed {
                    let options = FieldOptions::read(&field.attrs)?;
                    is_shorter |= match side {
                        Side::Output => options.skip_serializing_if.is_some(),
                        Side::Input => options.default,
                    };
                    if !options.is_skipped(side) {
                        elements.push(self.value(field, &options, side));
                    }
                }
                match (unnamed.unnamed.len(), elements.as_slice()) {
                    (1, [element]) => element.clone(),
                    (1, _) => quote!(asl::Form::Any),
                    _ if is_shorter => quote!(asl::Form::Array(&asl::Form::Any)),
                    _ => quote!(asl::Form::Tuple(&[#(&#elements),*])),
                }
            }
        })
    }

    /// An object of named fields, with a tag in front.
    fn object(
        &self,
        name: &str,
        fields: &Fields,
        case: &Cases,
        tag: Option<TokenStream>,
        side: Side,
    ) -> Result<TokenStream, Error> {
        let mut members: Vec<TokenStream> = tag.into_iter().collect();
        let mut flattened = Vec::new();
        for field in fields {
            let options = FieldOptions::read(&field.attrs)?;
            if options.is_skipped(side) {
                continue;
            }
            let form = self.value(field, &options, side);
            if options.flatten {
                let may_lack = side == Side::Output && options.skip_serializing_if.is_some();
                flattened.push(if may_lack {
                    quote!(asl::Form::Option(&#form))
                } else {
                    form
                });
                continue;
            }
            let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
            let plain = case.of(side).of_field(&ident.unwrap_or_default());
            let key = options.names.of(side).cloned().unwrap_or(plain);
            let aliases = &options.aliases;
            members.push(match side {
                Side::Output if options.skip_serializing_if.is_some() => {
                    quote!(asl::Field::new(#key, &#form).optional())
                }
                Side::Output => quote!(asl::Field::new(#key, &#form)),
                Side::Input => {
                    let optional = (options.default || self.container.default).then(|| quote!(.optional()));
                    let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
                    quote!(asl::Field::read(#key, &#form) #optional #aliases)
                }
            });
        }
        // With the members of others in it `serde` does not support that. Nor has a variant without fields any to compare with.
        let denies = flattened.is_empty() && !matches!(fields, Fields::Unit);
        let denies = denies.then(|| self.denies(side));
        let flattened = (!flattened.is_empty()).then(|| quote!(.flatten(&[#(&#flattened),*])));
        Ok(quote!(asl::Object::new(#name, &[#(#members),*]) #flattened #denies))
    }

    /// That other members are not read.
    fn denies(&self, side: Side) -> Option<TokenStream> {
        let denies = side == Side::Input && self.container.deny_unknown_fields;
        denies.then(|| quote!(.deny_unknown_fields()))
    }

    /// The form of a field's value.
    fn value(&self, field: &Field, options: &FieldOptions, side: Side) -> TokenStream {
        match &options.told {
            Some(told) => told_form(told, side),
            None if options.is_custom(side) || self.is_recursive(&field.ty) => quote!(asl::Form::Any),
            // Whether it is there at all cannot be told from the members.
            None if options.flatten && side == Side::Input && is_option(&field.ty) => {
                quote!(asl::Form::Any)
            }
            None => form_of(&field.ty, side),
        }
    }

    /// Whether a type names the one that is described. Constants cannot contain themselves.
    fn is_recursive(&self, field: &Type) -> bool {
        mentions(field.to_token_stream(), &self.input.ident)
    }

    fn variants(&self, data: &DataEnum, side: Side) -> Result<TokenStream, Error> {
        let mut words = Vec::new();
        let mut forms = Vec::new();
        for variant in &data.variants {
            let options = VariantOptions::read(&variant.attrs)?;
            if options.is_skipped(side) {
                continue;
            }
            let plain = variant.ident.unraw().to_string();
            let plain = self.container.rename_all.of(side).of_variant(&plain);
            let name = options.names.of(side).cloned().unwrap_or(plain);
            let mut names = vec![name.clone()];
            if side == Side::Input {
                names.extend(options.aliases.iter().cloned());
            }
            let external = self.container.tag.is_none() && !self.container.untagged && !options.untagged;
            if options.other && side == Side::Input && external {
                words.extend(names);
                forms.push(quote!(asl::Form::String));
            } else if external && matches!(variant.fields, Fields::Unit) && !options.is_custom(side) {
                words.extend(names);
            } else {
                forms.push(self.variant(variant, &options, &names, side)?);
            }
        }
        if !words.is_empty() {
            forms.insert(0, quote!(asl::Form::Words(&[#(#words),*])));
        }
        Ok(match forms.as_slice() {
            // There is no value that anything could be said of.
            [] => quote!(asl::Form::Any),
            [form] => form.clone(),
            _ => quote!(asl::Form::OneOf(&[#(&#forms),*])),
        })
    }

    fn variant(
        &self,
        variant: &Variant,
        options: &VariantOptions,
        names: &[String],
        side: Side,
    ) -> Result<TokenStream, Error> {
        let title = format!("{}::{}", self.input.ident.unraw(), variant.ident.unraw());
        let case = options.rename_all.clone().or(&self.container.rename_all_fields);
        let content = |derived: &Self| -> Result<TokenStream, Error> {
            if options.is_custom(side) {
                return Ok(quote!(asl::Form::Any));
            }
            derived.fields(&title, &variant.fields, &case, side)
        };
        let word = if options.other && side == Side::Input {
            quote!(asl::Form::String)
        } else {
            quote!(asl::Form::Words(&[#(#names),*]))
        };
        if self.container.untagged || options.untagged {
            return content(self);
        }
        match (&self.container.tag, &self.container.content) {
            (None, _) => {
                let content = content(self)?;
                // It has this member alone.
                let alone = (side == Side::Input).then(|| quote!(.deny_unknown_fields()));
                let forms = names.iter().map(|name| {
                    let field = quote!(asl::Field::new(#name, &#content));
                    quote!(asl::Form::Object(asl::Object::new(#title, &[#field]) #alone))
                });
                let forms: Vec<_> = forms.collect();
                Ok(match forms.as_slice() {
                    [form] => form.clone(),
                    _ => quote!(asl::Form::OneOf(&[#(&#forms),*])),
                })
            }
            (Some(tag), None) => {
                let tag = quote!(asl::Field::new(#tag, &#word));
                if options.is_custom(side) {
                    return Ok(quote!(asl::Form::Any));
                }
                if let Fields::Unnamed(_) = variant.fields {
                    let inner = content(self)?;
                    return Ok(
                        quote!(asl::Form::Object(asl::Object::new(#title, &[#tag]).flatten(&[&#inner]))),
                    );
                }
                let object = self.object(&title, &variant.fields, &case, Some(tag), side)?;
                Ok(quote!(asl::Form::Object(#object)))
            }
            (Some(tag), Some(key)) => {
                let tag = quote!(asl::Field::new(#tag, &#word));
                if let (Fields::Unit, false) = (&variant.fields, options.is_custom(side)) {
                    return Ok(quote!(asl::Form::Object(asl::Object::new(#title, &[#tag]))));
                }
                let content = content(self)?;
                // An `Option` need not be there.
                let content = match side {
                    Side::Output => quote!(asl::Field::new(#key, &#content)),
                    Side::Input => quote!(asl::Field::read(#key, &#content)),
                };
                let denies = self.denies(side);
                Ok(quote!(asl::Form::Object(asl::Object::new(#title, &[#tag, #content]) #denies)))
            }
        }
    }
}

/// The form of a type, whether or not it has a shape.
fn form_of(named: &Type, side: Side) -> TokenStream {
    match side {
        Side::Output => quote!(*asl::Probe::<#named>::OUTPUT),
        Side::Input => quote!(*asl::Probe::<#named>::INPUT),
    }
}

fn told_form(told: &Told, side: Side) -> TokenStream {
    match told {
        Told::Any => quote!(asl::Form::Any),
        Told::As(other) => form_of(other, side),
    }
}

fn is_option(named: &Type) -> bool {
    matches!(named, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// Whether tokens contain a name, or `Self`.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == *name || ident == "Self",
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
