//! The attributes of `serde` that say how a type looks, and our own.

use syn::{Attribute, Error, Expr, LitStr, Path, Type, meta::ParseNestedMeta, parenthesized, parse::Parse};

use super::{Case, Side};

/// One of something for each side.
#[derive(Clone, Default)]
pub struct Both<T> {
    output: T,
    input: T,
}

/// What `rename` says.
pub type Names = Both<Option<String>>;

/// What `rename_all` says.
pub type Cases = Both<Option<Case>>;

impl Names {
    pub fn of(&self, side: Side) -> Option<&String> {
        match side {
            Side::Output => self.output.as_ref(),
            Side::Input => self.input.as_ref(),
        }
    }
}

impl Cases {
    pub fn of(&self, side: Side) -> Case {
        let case = match side {
            Side::Output => self.output,
            Side::Input => self.input,
        };
        case.unwrap_or_default()
    }

    /// What is not said here as it is said there.
    pub fn or(self, other: &Self) -> Self {
        Self {
            output: self.output.or(other.output),
            input: self.input.or(other.input),
        }
    }
}

/// What a form is told to be.
pub enum Told {
    /// `#[asl(any)]`
    Any,
    /// `#[asl(as = "Type")]`
    As(Box<Type>),
}

/// Attributes of a type.
#[derive(Default)]
pub struct Container {
    pub runtime: Option<Path>,
    pub told: Option<Told>,
    pub names: Names,
    pub rename_all: Cases,
    pub rename_all_fields: Cases,
    pub tag: Option<String>,
    pub content: Option<String>,
    pub untagged: bool,
    pub transparent: bool,
    pub default: bool,
    pub deny_unknown_fields: bool,
    pub from: Option<Type>,
    pub into: Option<Type>,
}

impl Container {
    pub fn read(attributes: &[Attribute]) -> Result<Self, Error> {
        let mut options = Self::default();
        each(attributes, "serde", |meta| {
            match name(meta).as_str() {
                "rename" => options.names = names(meta)?,
                "rename_all" => options.rename_all = cases(meta)?,
                "deny_unknown_fields" => options.deny_unknown_fields = true,
                "rename_all_fields" => options.rename_all_fields = cases(meta)?,
                "tag" => options.tag = Some(text(meta)?),
                "content" => options.content = Some(text(meta)?),
                "untagged" => options.untagged = true,
                "transparent" => options.transparent = true,
                "default" => {
                    options.default = true;
                    skip(meta)?;
                }
                "from" | "try_from" => options.from = Some(parsed(meta)?),
                "into" => options.into = Some(parsed(meta)?),
                _ => skip(meta)?,
            }
            Ok(())
        })?;
        each(attributes, "asl", |meta| {
            match name(meta).as_str() {
                "crate" => options.runtime = Some(meta.value()?.parse::<LitStr>()?.parse()?),
                // Of `#[derive(TaskError)]`, which may stand on the same type.
                "name" | "cause" => skip(meta)?,
                _ => options.told = Some(told(meta)?),
            }
            Ok(())
        })?;
        Ok(options)
    }
}

/// Attributes of a field.
#[derive(Default)]
pub struct FieldOptions {
    pub told: Option<Told>,
    pub names: Names,
    pub aliases: Vec<String>,
    pub default: bool,
    /// The function that gives it, if that is no `Default`.
    pub default_path: Option<Path>,
    pub flatten: bool,
    pub skip_serializing_if: Option<Path>,
    skip: Both<bool>,
    custom: Both<bool>,
}

impl FieldOptions {
    pub fn read(attributes: &[Attribute]) -> Result<Self, Error> {
        let mut options = Self::default();
        each(attributes, "serde", |meta| {
            match name(meta).as_str() {
                "rename" => options.names = names(meta)?,
                "alias" => options.aliases.push(text(meta)?),
                "default" => {
                    options.default = true;
                    if meta.input.peek(syn::Token![=]) {
                        options.default_path = Some(parsed(meta)?);
                    }
                }
                "flatten" => options.flatten = true,
                "skip_serializing_if" => {
                    options.skip_serializing_if = Some(parsed(meta)?);
                }
                "skip" => {
                    options.skip = Both {
                        output: true,
                        input: true,
                    }
                }
                "skip_serializing" => options.skip.output = true,
                "skip_deserializing" => options.skip.input = true,
                "with" => {
                    options.custom = Both {
                        output: true,
                        input: true,
                    };
                    skip(meta)?;
                }
                "serialize_with" => {
                    options.custom.output = true;
                    skip(meta)?;
                }
                "deserialize_with" => {
                    options.custom.input = true;
                    skip(meta)?;
                }
                _ => skip(meta)?,
            }
            Ok(())
        })?;
        each(attributes, "asl", |meta| {
            options.told = Some(told(meta)?);
            Ok(())
        })?;
        Ok(options)
    }

    pub fn is_skipped(&self, side: Side) -> bool {
        of(&self.skip, side)
    }

    /// Whether functions of the user's write or read it.
    pub fn is_custom(&self, side: Side) -> bool {
        of(&self.custom, side)
    }
}

/// Attributes of a variant.
#[derive(Default)]
pub struct VariantOptions {
    pub names: Names,
    pub aliases: Vec<String>,
    pub rename_all: Cases,
    pub untagged: bool,
    pub other: bool,
    skip: Both<bool>,
    custom: Both<bool>,
}

impl VariantOptions {
    pub fn read(attributes: &[Attribute]) -> Result<Self, Error> {
        let mut options = Self::default();
        each(attributes, "serde", |meta| {
            match name(meta).as_str() {
                "rename" => options.names = names(meta)?,
                "rename_all" => options.rename_all = cases(meta)?,
                "alias" => options.aliases.push(text(meta)?),
                "untagged" => options.untagged = true,
                "other" => options.other = true,
                "skip" => {
                    options.skip = Both {
                        output: true,
                        input: true,
                    }
                }
                "skip_serializing" => options.skip.output = true,
                "skip_deserializing" => options.skip.input = true,
                "with" => {
                    options.custom = Both {
                        output: true,
                        input: true,
                    };
                    skip(meta)?;
                }
                "serialize_with" => {
                    options.custom.output = true;
                    skip(meta)?;
                }
                "deserialize_with" => {
                    options.custom.input = true;
                    skip(meta)?;
                }
                _ => skip(meta)?,
            }
            Ok(())
        })?;
        each(attributes, "asl", |meta| {
            match name(meta).as_str() {
                // Of `#[derive(TaskError)]`, which may stand on the same type.
                "name" | "cause" => skip(meta),
                "any" => {
                    options.custom = Both {
                        output: true,
                        input: true,
                    };
                    Ok(())
                }
                _ => Err(meta.error("expected `any`")),
            }
        })?;
        Ok(options)
    }

    pub fn is_skipped(&self, side: Side) -> bool {
        of(&self.skip, side)
    }

    pub fn is_custom(&self, side: Side) -> bool {
        of(&self.custom, side)
    }
}

fn of(both: &Both<bool>, side: Side) -> bool {
    match side {
        Side::Output => both.output,
        Side::Input => both.input,
    }
}

/// Goes through what `#[serde(...)]` says, by its names.
pub fn each_serde(
    attributes: &[Attribute],
    mut check: impl FnMut(&ParseNestedMeta<'_>, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    each(attributes, "serde", |meta| {
        check(meta, &name(meta))?;
        skip(meta)
    })
}

fn each(
    attributes: &[Attribute],
    list: &str,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(list))
    {
        attribute.parse_nested_meta(|meta| read(&meta))?;
    }
    Ok(())
}

fn name(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<String, Error> {
    Ok(meta.value()?.parse::<LitStr>()?.value())
}

fn parsed<T: Parse>(meta: &ParseNestedMeta<'_>) -> Result<T, Error> {
    meta.value()?.parse::<LitStr>()?.parse()
}

fn told(meta: &ParseNestedMeta<'_>) -> Result<Told, Error> {
    match name(meta).as_str() {
        "any" => Ok(Told::Any),
        "as" => Ok(Told::As(Box::new(parsed(meta)?))),
        _ => Err(meta.error("expected `any` or `as = \"Type\"`")),
    }
}

/// `= "name"` or `(serialize = "name", deserialize = "name")`
fn names(meta: &ParseNestedMeta<'_>) -> Result<Names, Error> {
    if meta.input.peek(syn::Token![=]) {
        let name = text(meta)?;
        return Ok(Both {
            output: Some(name.clone()),
            input: Some(name),
        });
    }
    let mut names = Names::default();
    meta.parse_nested_meta(|meta| {
        let name = text(&meta)?;
        if meta.path.is_ident("serialize") {
            names.output = Some(name);
        } else {
            names.input = Some(name);
        }
        Ok(())
    })?;
    Ok(names)
}

fn cases(meta: &ParseNestedMeta<'_>) -> Result<Cases, Error> {
    let names = names(meta)?;
    Ok(Both {
        output: names.output.as_deref().and_then(Case::named),
        input: names.input.as_deref().and_then(Case::named),
    })
}

/// Passes over what an attribute says that does not matter here. `serde` reports what is wrong with it.
fn skip(meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
    if meta.input.peek(syn::Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}
