//! Compiles published workflows from the folder of cases: those that `tests/typed` has tasks for, each to a file of its
//! own, and all, with tasks of any JSON, to one file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use asl_compiler::{BuildError, Builder};
use syn::{Item, TraitItem};

/// Where the workflows are, from the workspace's root.
const FOLDER: &str = "../shared/conformance/workflows";

/// The workflows with typed tasks: module and file.
const TYPED: &str = include_str!("typed.txt");

/// Workflows that need no types to be found wrong: file, and what is switched off.
const UNCHECKED: &str = include_str!("unchecked.txt");

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(workflows)");
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = package.ancestors().nth(2).unwrap_or(&package).join(FOLDER);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=typed.txt");
    println!("cargo::rerun-if-changed=unchecked.txt");
    // While there is no such folder, cargo runs the script again and again.
    println!("cargo::rerun-if-changed={}", folder.display());
    if !rows(TYPED).all(|(_, file)| folder.join(file).is_file()) {
        println!(
            "cargo::warning=SKIPPED: no published workflows in {}",
            folder.display()
        );
        return Ok(());
    }
    println!("cargo::rustc-cfg=workflows");
    for (module, file) in rows(TYPED) {
        Builder::new().module(module).build(folder.join(file))?;
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("untyped.rs"), untyped(&folder, &out.join("machines"))?)?;
    Ok(())
}

/// Compiles every workflow, and gives the code that includes them with tasks for each that take and give any JSON, and
/// a list of those that were refused.
fn untyped(folder: &Path, machines: &Path) -> Result<String, Box<dyn Error>> {
    fs::create_dir_all(machines)?;
    let mut unchecked: BTreeMap<&str, String> = BTreeMap::new();
    for (file, what) in rows(UNCHECKED) {
        write!(unchecked.entry(file).or_default(), ", unchecked({what})")?;
    }
    let (mut code, mut compiled, mut refused) = (String::new(), 0, Vec::new());
    for (name, path) in definitions(folder)? {
        let module = format!("m{compiled}");
        match Builder::new().module(&module).out_dir(machines).build(&path) {
            Ok(()) => compiled += 1,
            Err(BuildError::Definition { .. }) => {
                refused.push(name);
                continue;
            }
            Err(other) => return Err(other.into()),
        }
        let file = machines.join(format!("{module}.rs"));
        let unchecked = unchecked.get(name.as_str()).map_or("", String::as_str);
        writeln!(code, "include!({:?});", file.display().to_string())?;
        writeln!(code, "#[asl_runtime::tasks(input = Document{unchecked})]")?;
        writeln!(code, "impl {module}::Tasks for Any {{")?;
        for function in functions(&fs::read_to_string(&file)?)? {
            writeln!(
                code,
                "async fn {function}(&self, input: Value) -> Result<Value, TaskError> {{ Ok(input) }}"
            )?;
        }
        code.push_str("}\n");
    }
    writeln!(code, "const COMPILED: usize = {compiled};")?;
    writeln!(code, "const REFUSED: &[&str] = &{refused:?};")?;
    Ok(code)
}

/// The definitions of a folder, by name.
fn definitions(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".asl.json") {
            found.insert(name, entry.path());
        }
    }
    Ok(found)
}

/// Names of the functions of the trait `Tasks` in generated code.
fn functions(code: &str) -> syn::Result<Vec<String>> {
    let machines = syn::parse_file(code)?.items.into_iter();
    let items = machines.flat_map(|item| match item {
        Item::Mod(machine) => machine.content.map(|(_, items)| items).unwrap_or_default(),
        _ => Vec::new(),
    });
    let tasks = items.flat_map(|item| match item {
        Item::Trait(tasks) if tasks.ident == "Tasks" => tasks.items,
        _ => Vec::new(),
    });
    let functions = tasks.filter_map(|item| match item {
        TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    Ok(functions.collect())
}

/// The rows of a list: two columns set apart by a colon; `#` begins a line of comment.
fn rows(list: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": "))
}
