//! Writes what the test includes: a file of its own for each machine, and the tables.

use std::collections::HashMap;
use std::fmt::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{fs, io};

use asl_compiler::generate::jsonata::Names;
use asl_compiler::generate::{self, Options};
use asl_compiler::jsonata;
use asl_compiler::syntax::path::{Root, parse_path};
use asl_compiler::{Allowed, Source, compile_allowing};

use proc_macro2::{Ident, Span};

use crate::folder::{Definition, Expression, key, key_of_path};

/// Expressions that share a file.
const EXPRESSIONS_IN_A_MODULE: usize = 64;

/// What has been compiled so far.
pub struct Generated {
    directory: PathBuf,
    machines: HashMap<u64, usize>,
    modules: String,
    machine_table: String,
    path_table: String,
    /// The modules with expressions, each with some of them: rustc works on many small ones at a time.
    expression_modules: Vec<String>,
    expression_table: String,
    expressions: usize,
}

impl Generated {
    /// Nothing yet; files go to this directory.
    pub fn new(directory: &Path) -> io::Result<Self> {
        let machines = directory.join("machines");
        // A machine of an earlier run may be gone.
        match fs::remove_dir_all(&machines) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&machines)?,
        }
        Ok(Self {
            directory: directory.to_owned(),
            machines: HashMap::new(),
            modules: String::new(),
            machine_table: String::new(),
            path_table: String::new(),
            expression_modules: Vec::new(),
            expression_table: String::new(),
            expressions: 0,
        })
    }

    /// Compiles a definition, unless an equal one was there before.
    pub fn machine(&mut self, definition: &Definition) -> io::Result<()> {
        let key = key(&definition.text);
        let number = self.machines.len();
        if self.machines.contains_key(&key) {
            return Ok(());
        }
        self.machines.insert(key, number);
        let result = match code_of(definition) {
            Ok(code) => {
                let file = self.directory.join(format!("machines/m{number}.rs"));
                fs::write(&file, code)?;
                let _ = writeln!(
                    self.modules,
                    "#[path = {:?}]\nmod m{number};",
                    file.display().to_string()
                );
                format!("Ok(&m{number}::machine::MACHINE)")
            }
            Err(message) => format!("Err({message:?})"),
        };
        add_row(&mut self.machine_table, key, &definition.name, &result);
        Ok(())
    }

    /// Compiles a path.
    pub fn path(&mut self, text: &str) {
        let result = match parse_path(text) {
            Ok(path) if path.root == Root::Document => {
                format!("Ok({})", generate::path::path(&path, &[]))
            }
            Ok(_) => r#"Err("not a path over a document")"#.to_owned(),
            Err(error) => format!("Err({:?})", error.message),
        };
        add_row(&mut self.path_table, key_of_path(text), text, &result);
    }

    /// Compiles a JSONata expression.
    pub fn expression(&mut self, expression: &Expression) {
        let number = self.expressions;
        self.expressions += 1;
        let result = match code_of_expression(expression, number) {
            Ok(code) => {
                let module = number / EXPRESSIONS_IN_A_MODULE;
                if self.expression_modules.len() <= module {
                    self.expression_modules.resize(module + 1, String::new());
                }
                self.expression_modules[module].push_str(&code);
                format!("Ok(j{module}::e{number})")
            }
            Err(message) => format!("Err({message:?})"),
        };
        add_row(
            &mut self.expression_table,
            expression.key(),
            &expression.text,
            &result,
        );
    }

    /// Writes the tables.
    pub fn finish(mut self, folder: Option<&Path>, is_default: bool) -> io::Result<()> {
        for (number, code) in self.expression_modules.iter().enumerate() {
            let file = self.directory.join(format!("machines/j{number}.rs"));
            fs::write(&file, format!("use asl_runtime::jsonata as j;\n{code}"))?;
            let _ = writeln!(
                self.modules,
                "#[allow(clippy::all, dead_code, unused_imports, unused_variables, missing_docs, reason = \"generated\")]\n\
                #[path = {:?}]\nmod j{number};",
                file.display().to_string()
            );
        }
        let folder = folder.map(|folder| folder.display().to_string());
        let text = format!(
            "#[allow(unused_imports, reason = \"without cases the tables are empty\")]\n\
            use asl_runtime::__private as asl;\n\
            #[allow(unused_imports, reason = \"without cases the tables are empty\")]\n\
            use conformance::tables::{{Compiled, Tables}};\n\
            {}\
            static TABLES: Tables = Tables {{\n\
            folder: {folder:?},\nis_default: {is_default},\n\
            machines: &[\n{}],\npaths: &[\n{}],\nexpressions: &[\n{}],\n}};\n",
            self.modules, self.machine_table, self.path_table, self.expression_table
        );
        fs::write(self.directory.join("tables.rs"), text)
    }
}

/// The machine's code, or the diagnostics. A defect of the compiler is one case's failure, not all cases'.
fn code_of(definition: &Definition) -> Result<String, String> {
    let source = Source {
        path: definition.name.clone(),
        text: definition.text.clone(),
    };
    let generated = panic::catch_unwind(AssertUnwindSafe(|| {
        // The service accepts what fails when it is evaluated, and some cases are about that.
        let mut allowed = Allowed::default();
        (allowed.unknown_names, allowed.failing_expressions) = (true, true);
        let machine = compile_allowing(&source, allowed).map_err(|diagnostics| diagnostics.to_string())?;
        let mut options = Options::new(&definition.name);
        "machine".clone_into(&mut options.module);
        let file = syn::parse2(generate::generate(&machine, &options)).map_err(|error| error.to_string())?;
        Ok(prettyplease::unparse(&file))
    }));
    generated.unwrap_or_else(|_| Err("the compiler panicked".to_owned()))
}

/// The expression as a function. Variables have slots in the order of their names.
fn code_of_expression(expression: &Expression, number: usize) -> Result<String, String> {
    let node =
        jsonata::parse(&expression.text).map_err(|problem| format!("{}: {problem:?}", problem.code))?;
    let names = Names {
        variables: &expression.variables,
        states: false,
    };
    let name = Ident::new(&format!("e{number}"), Span::call_site());
    let generated = panic::catch_unwind(AssertUnwindSafe(|| {
        let function = generate::jsonata::function(&name, &node, names);
        let file = syn::parse2(function).map_err(|error| format!("the generator: {error}"))?;
        Ok(prettyplease::unparse(&file))
    }));
    generated.unwrap_or_else(|_| Err("the compiler panicked".to_owned()))
}

fn add_row(table: &mut String, key: u64, name: &str, result: &str) {
    let _ = writeln!(
        table,
        "Compiled {{ key: {key}, name: {name:?}, result: {result} }},"
    );
}
