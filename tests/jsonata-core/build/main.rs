//! Compiles the random expressions and those that are measured.

mod expressions;
#[allow(dead_code, reason = "half of it is for the program")]
#[path = "../src/measured.rs"]
mod measured;
mod random;

use std::{env, error::Error, fs, path::Path};

use asl_compiler::{
    generate::jsonata::{Names, function},
    jsonata::parse,
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// How many expressions there are: rustc has to compile them all. `EXPRESSIONS` sets another number, `SEED` gives
/// others.
const COUNT: usize = 600;

fn main() -> Result<(), Box<dyn Error>> {
    let count = number("EXPRESSIONS")?.map_or(COUNT, |count| count as usize);
    let mut random = expressions::Expressions::new(number("SEED")?.unwrap_or(1));
    let texts: Vec<_> = (0..count).map(|index| random.any(1 + index % 4)).collect();
    let measured: Vec<_> = measured::MEASURED.iter().map(|it| it.ours.to_owned()).collect();
    let folder = env::var("OUT_DIR")?;
    write(&Path::new(&folder).join("expressions.rs"), &texts, false)?;
    write(&Path::new(&folder).join("measured.rs"), &measured, true)
}

/// A number from the environment.
fn number(name: &str) -> Result<Option<u64>, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={name}");
    Ok(env::var(name).ok().map(|value| value.parse()).transpose()?)
}

/// A function for each expression, and a table of them with the texts.
fn write(file: &Path, texts: &[String], states: bool) -> Result<(), Box<dyn Error>> {
    let mut functions = TokenStream::new();
    let mut rows = TokenStream::new();
    for (index, text) in texts.iter().enumerate() {
        let tree = parse(text).map_err(|problem| format!("{text}: {problem:?}"))?;
        let name = format_ident!("expression_{index}");
        functions.extend(function(
            &name,
            &tree,
            Names {
                variables: &[],
                states,
            },
        ));
        rows.extend(quote!((#text, #name),));
    }
    let count = texts.len();
    let code = quote! {
        use super::{Compiled, j};
        #functions
        /// The expressions with their functions.
        pub static TABLE: [(&str, Compiled); #count] = [#rows];
    };
    fs::write(file, code.to_string())?;
    Ok(())
}
