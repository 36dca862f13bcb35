//! Compiling definitions in a build script.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Allowed, Source, compile_allowing,
    generate::{Options, module_name, source_file},
};

/// Compiles a definition to `$OUT_DIR/<module>.rs`, with default options.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), asl_compiler::BuildError> {
///     asl_compiler::build("flows/order.asl.json")
/// }
/// ```
///
/// The program includes what was written:
///
/// ```ignore
/// include!(concat!(env!("OUT_DIR"), "/order.rs"));
/// ```
///
/// # Errors
/// When the definition has mistakes (they have been printed then, each with its line), cannot be read, or its code
/// cannot be written.
pub fn build(definition: impl AsRef<Path>) -> Result<(), BuildError> {
    Builder::new().build(definition)
}

/// Compiles definitions in a build script, with options.
///
/// ```no_run
/// asl_compiler::Builder::new()
///     .runtime("::steps")
///     .module("shipping")
///     .build("flows/ship-v2.asl.json")?;
/// # Ok::<(), asl_compiler::BuildError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Builder {
    runtime: Option<String>,
    module: Option<String>,
    out_dir: Option<PathBuf>,
    allowed: Allowed,
}

impl Builder {
    /// The defaults: the runtime is `::asl_runtime`, the module and the file are called after the definition, the
    /// folder is `OUT_DIR`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the path to the runtime's crate, for one that has another name.
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.runtime = Some(path.into());
        self
    }

    /// Sets the name of the module, and of the file it is written to.
    #[must_use]
    pub fn module(mut self, name: impl Into<String>) -> Self {
        self.module = Some(name.into());
        self
    }

    /// Sets the folder that the file is written to.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Lets JSONata expressions call functions that do not exist and read variables that no state assigns, as the
    /// service does. They fail when they are evaluated.
    #[must_use]
    pub fn allow_unknown_names(mut self) -> Self {
        self.allowed.unknown_names = true;
        self
    }

    /// Lets JSONata expressions be ones of which no evaluation succeeds, as the service does.
    #[must_use]
    pub fn allow_failing_expressions(mut self) -> Self {
        self.allowed.failing_expressions = true;
        self
    }

    /// Compiles a definition. A relative path starts at the package's folder, where build scripts run.
    ///
    /// # Errors
    /// As [`build`].
    pub fn build(&self, definition: impl AsRef<Path>) -> Result<(), BuildError> {
        let definition = definition.as_ref();
        println!("cargo::rerun-if-changed={}", definition.display());
        let (module, code) = self.compile(definition)?;
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => env::var_os("OUT_DIR")
                .map(PathBuf::from)
                .ok_or(BuildError::NoOutDir)?,
        };
        let file = folder.join(format!("{module}.rs"));
        fs::write(&file, code).map_err(|error| BuildError::Write { file, error })
    }

    /// The name of the module and its formatted code.
    fn compile(&self, definition: &Path) -> Result<(String, String), BuildError> {
        let path = definition.display().to_string();
        let read = |error| BuildError::Read {
            file: definition.to_owned(),
            error,
        };
        let text = fs::read_to_string(definition).map_err(read)?;
        let source = Source { path, text };
        let mut options = Options::new(&source.path);
        if let Some(module) = &self.module {
            options.module = module_name(module);
        }
        if let Some(runtime) = &self.runtime {
            let not_a_path = |_| BuildError::NotAPath(runtime.clone());
            let parsed: syn::Path = syn::parse_str(runtime).map_err(not_a_path)?;
            options.runtime = quote::quote!(#parsed);
        }
        // What is written elsewhere may be kept, and used where there is no definition.
        if self.out_dir.is_none() {
            let absolute = std::path::absolute(definition)
                .map_err(read)?
                .display()
                .to_string();
            options.source = Some(quote::quote!(::core::include_str!(#absolute)));
        }
        let machine = compile_allowing(&source, self.allowed).map_err(|diagnostics| {
            // Cargo shows this above the error that ends the build.
            eprintln!("{}\n", diagnostics.render(&source));
            BuildError::Definition {
                file: definition.to_owned(),
                count: diagnostics.iter().len(),
            }
        })?;
        let code = source_file(&machine, &options).map_err(BuildError::Format)?;
        Ok((options.module, code))
    }
}

/// Why a definition was not compiled.
///
/// Its `Debug` is its message, because that is what a build script's `main` shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The definition has mistakes.
    #[error("{} has {count} {}; see above", .file.display(), if *.count == 1 { "mistake" } else { "mistakes" })]
    Definition {
        /// The definition.
        file: PathBuf,
        /// How many.
        count: usize,
    },
    /// The definition cannot be read.
    #[error("cannot read {}: {error}", .file.display())]
    Read {
        /// The definition.
        file: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The code cannot be written.
    #[error("cannot write {}: {error}", .file.display())]
    Write {
        /// The file to be written.
        file: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// Not called from a build script, and no folder given.
    #[error("OUT_DIR is not set: call this from a build script, or give a folder with `out_dir`")]
    NoOutDir,
    /// What was given as the runtime's crate is no path.
    #[error("`{0}` is not the path to a crate")]
    NotAPath(String),
    /// The generated code is no Rust: a defect of the compiler.
    #[error("the generated code cannot be formatted: {0}")]
    Format(#[source] syn::Error),
}

impl fmt::Debug for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFINITION: &str = r#"{ "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true } } }"#;

    fn folder(test: &str, definition: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("asl-compiler-{}-{test}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("my flow.asl.json"), definition).unwrap();
        folder
    }

    #[test]
    fn code_is_written_under_the_name_of_the_module() {
        let folder = folder("names", DEFINITION);
        let definition = folder.join("my flow.asl.json");
        Builder::new().out_dir(&folder).build(&definition).unwrap();
        let code = fs::read_to_string(folder.join("my_flow.rs")).unwrap();
        assert!(
            code.contains("pub mod my_flow {\n    use ::asl_runtime::__private as asl;"),
            "{code}"
        );

        let builder = Builder::new()
            .out_dir(&folder)
            .module("other")
            .runtime("crate::steps");
        builder.build(&definition).unwrap();
        let code = fs::read_to_string(folder.join("other.rs")).unwrap();
        assert!(
            code.contains("pub mod other {\n    use crate::steps::__private as asl;"),
            "{code}"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_definition_is_quoted_in_messages_unless_the_code_is_kept() {
        let folder = folder("quoted", DEFINITION);
        let definition = folder.join("my flow.asl.json");
        let code = |builder: Builder| builder.compile(&definition).unwrap().1;
        assert!(code(Builder::new()).contains("source: ::core::include_str!("));
        assert!(code(Builder::new().out_dir(&folder)).contains("source: \"\""));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        let folder = folder("errors", &DEFINITION.replace("true", "false"));
        let definition = folder.join("my flow.asl.json");
        let error = |builder: Builder, path: &Path| format!("{:?}", builder.build(path).unwrap_err());
        let here = Builder::new().out_dir(&folder);
        let message = error(here.clone(), &definition);
        assert!(
            message.ends_with("my flow.asl.json has 1 mistake; see above"),
            "{message}"
        );
        assert!(error(here.clone(), &folder.join("none.json")).starts_with("cannot read "));
        assert_eq!(
            error(here.runtime("a b"), &definition),
            "`a b` is not the path to a crate"
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
