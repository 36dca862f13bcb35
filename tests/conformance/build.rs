//! Compiles the definitions of the case folder.

#[path = "src/folder.rs"]
mod folder;

#[path = "build/generated.rs"]
mod generated;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use generated::Generated;

/// Where the cases are when the environment does not say, from the workspace's root.
const DEFAULT_FOLDER: &str = "../shared/conformance";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=ASL_CASES");
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = package.ancestors().nth(2).unwrap_or(&package);
    let default = root.join(DEFAULT_FOLDER);
    let folder = match env::var_os("ASL_CASES") {
        Some(given) => root.join(given),
        None => default.clone(),
    };
    // A folder is watched with all that is in it; cargo runs the script again and again while there is none.
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut generated = Generated::new(Path::new(&env::var("OUT_DIR")?))?;
    if folder.is_dir() {
        for definition in folder::definitions(&folder)? {
            generated.machine(&definition)?;
        }
        for path in folder::paths(&folder)? {
            generated.path(&path);
        }
        for expression in folder::expressions(&folder)? {
            generated.expression(&expression);
        }
        let folder = folder.canonicalize()?;
        let is_default = default.canonicalize().is_ok_and(|default| default == folder);
        generated.finish(Some(&folder), is_default)?;
    } else {
        println!(
            "cargo::warning=SKIPPED: no conformance cases in {}",
            folder.display()
        );
        generated.finish(None, false)?;
    }
    Ok(())
}
