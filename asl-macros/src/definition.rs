//! `asl!`: from a file beside the caller to its module.

use std::{
    env, fs,
    path::{self, Path, PathBuf},
};

use asl_compiler::{
    Allowed, Skeleton, Source, compile_allowing,
    generate::{Options, generate, skeleton},
};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Error, Ident, LitStr, Token, Visibility,
    parse::{Parse, ParseStream, Parser},
};

/// The module, or what is wrong and as much of the module as there is.
pub fn expand(input: TokenStream) -> Result<TokenStream, Error> {
    let Call {
        runtime,
        module,
        file,
        allowed,
    } = Call::parse.parse2(input)?;
    let mut options = Options::new(&file.value());
    options.runtime = runtime;
    // Found by an editor at the file's name, resolved where the macro stands.
    options.span = Span::call_site().located_at(file.span());
    if let Some((visibility, name)) = module {
        options.module = syn::ext::IdentExt::unraw(&name).to_string();
        options.visibility = quote!(#visibility);
        options.span = Span::call_site().located_at(name.span());
    }
    let (path, source) = match read(&file) {
        Ok(read) => read,
        Err(error) => {
            let error = error.into_compile_error();
            let module = skeleton(&Skeleton::default(), &options);
            return Ok(quote!(#error #module));
        }
    };
    Ok(match compile_allowing(&source, allowed) {
        Ok(machine) => {
            let tracked = path::absolute(&path).unwrap_or(path);
            let tracked = tracked.to_string_lossy();
            options.path.clone_from(&source.path);
            options.source = Some(quote!(::core::include_str!(#tracked)));
            let module = generate(&machine, &options);
            quote! {
                #module
                const _: &[u8] = ::core::include_bytes!(#tracked);
            }
        }
        Err(diagnostics) => {
            let errors = diagnostics.iter().map(|diagnostic| {
                let text = diagnostic.render(&source);
                quote_spanned!(file.span()=> ::core::compile_error!(#text);)
            });
            let errors: TokenStream = errors.collect();
            let module = skeleton(&diagnostics.skeleton, &options);
            quote!(#errors #module)
        }
    })
}

/// `$crate; "order.asl.json"` or `$crate; pub mod order = "order.asl.json"`, with `, allow(unknown_names)` behind it.
struct Call {
    runtime: TokenStream,
    module: Option<(Visibility, Ident)>,
    file: LitStr,
    allowed: Allowed,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> Result<Self, Error> {
        let mut runtime = TokenStream::new();
        while !input.peek(Token![;]) {
            runtime.extend([input.parse::<proc_macro2::TokenTree>()?]);
        }
        input.parse::<Token![;]>()?;
        let module = if input.peek(LitStr) {
            None
        } else {
            Some(module(input).map_err(|error| {
                let message =
                    "expected `asl!(\"file.asl.json\")` or `asl!(pub mod name = \"file.asl.json\")`";
                Error::new(error.span(), message)
            })?)
        };
        let file = input.parse()?;
        let mut allowed = Allowed::default();
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            allow(input, &mut allowed)?;
            input.parse::<Option<Token![,]>>()?;
        }
        if !input.is_empty() {
            return Err(input.error("nothing may follow the file but `allow(unknown_names)`"));
        }
        Ok(Self {
            runtime,
            module,
            file,
            allowed,
        })
    }
}

/// `allow(unknown_names)`
fn allow(input: ParseStream<'_>, allowed: &mut Allowed) -> Result<(), Error> {
    let word: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    if word != "allow" {
        return Err(Error::new(
            word.span(),
            "nothing may follow the file but `allow(unknown_names)`",
        ));
    }
    let names;
    syn::parenthesized!(names in input);
    for name in names.parse_terminated(Ident::parse, Token![,])? {
        if !allowed.allow(&name.to_string()) {
            let known = Allowed::NAMES.join("`, `");
            return Err(Error::new(
                name.span(),
                format!("what can be allowed is `{known}`"),
            ));
        }
    }
    Ok(())
}

fn module(input: ParseStream<'_>) -> Result<(Visibility, Ident), Error> {
    let visibility = input.parse()?;
    input.parse::<Token![mod]>()?;
    let name = input.call(syn::ext::IdentExt::parse_any)?;
    input.parse::<Token![=]>()?;
    Ok((visibility, name))
}

fn read(file: &LitStr) -> Result<(PathBuf, Source), Error> {
    let path = find(file)?;
    let shown = relative(&path);
    let text = fs::read_to_string(&path)
        .map_err(|error| Error::new(file.span(), format!("cannot read `{shown}`: {error}")))?;
    Ok((path, Source { path: shown, text }))
}

/// Beside the source file that names it, as with `include_str!`, else in the package's folder.
fn find(file: &LitStr) -> Result<PathBuf, Error> {
    let name = file.value();
    let beside = file.span().unwrap().local_file();
    let beside = beside
        .as_deref()
        .and_then(Path::parent)
        .map(|folder| folder.join(&name));
    let in_package = env::var_os("CARGO_MANIFEST_DIR").map(|folder| Path::new(&folder).join(&name));
    let candidates: Vec<PathBuf> = [beside, in_package].into_iter().flatten().collect();
    if let Some(found) = candidates.iter().find(|path| path.is_file()) {
        return Ok(found.clone());
    }
    let mut places: Vec<String> = candidates
        .iter()
        .map(|path| format!("`{}`", relative(path)))
        .collect();
    places.dedup();
    let message = format!(
        "cannot find the definition \"{name}\": there is no {}",
        places.join(" and no ")
    );
    Err(Error::new(file.span(), message))
}

/// As seen from the folder rustc runs in, so that a terminal opens it.
fn relative(path: &Path) -> String {
    let current = env::current_dir().unwrap_or_default();
    path.strip_prefix(&current).unwrap_or(path).display().to_string()
}
