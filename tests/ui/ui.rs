//! What a user reads who made a mistake: every case is a small program beside the exact output of the compiler.
//!
//! `definitions/` has wrong definitions, `tasks/` wrong implementations of right ones. After a change that is meant,
//! `TRYBUILD=overwrite cargo test -p ui` writes the outputs anew; read the difference before it is committed.

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use asl_compiler::{Source, compile};

#[test]
fn messages() {
    if let Some(difference) = other_compiler() {
        eprintln!("\n!!! NOT RUN: {difference} The expected outputs are those of the pinned compiler.\n");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("definitions/*.rs");
    cases.compile_fail("tasks/*.rs");
    cases.compile_fail("flow/*.rs");
    cases.compile_fail("flow/jsonata/*.rs");
}

/// What differs between the compiler at work and the one of `rust-toolchain.toml`, whose words the cases quote.
fn other_compiler() -> Option<String> {
    let pin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rust-toolchain.toml");
    let pin = fs::read_to_string(pin).expect("the workspace pins its compiler");
    let pinned = pin.lines().find_map(|line| line.strip_prefix("channel = "));
    let pinned = pinned.expect("the pin names a channel").trim().trim_matches('"');
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("there is a compiler");
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let same = version.split(' ').nth(1) == Some(pinned);
    (!same).then(|| format!("this is {version}, pinned is {pinned}."))
}

/// The outputs have no line and column of a definition's mistake, because `trybuild` cuts those of other files than the
/// case's own. They are in `places.txt`.
#[test]
fn places() {
    let mut places = String::new();
    for path in definitions() {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        assert!(
            path.with_file_name(file.replace(".asl.json", ".rs")).exists(),
            "no case has {file}"
        );
        let text = fs::read_to_string(&path).expect("a definition can be read");
        let source = Source {
            path: file.clone().into_owned(),
            text,
        };
        let diagnostics = compile(&source).expect_err(&file);
        for one in &diagnostics {
            writeln!(places, "{file}:{}:{} {}", one.line, one.column, one.code).expect("a string takes all");
        }
    }
    let expected = folder().join("places.txt");
    if env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite") {
        fs::write(expected, places).expect("the places can be written");
    } else {
        let expected = fs::read_to_string(expected).expect("there is a list of places");
        assert_eq!(
            places.lines().collect::<Vec<_>>(),
            expected.lines().collect::<Vec<_>>()
        );
    }
}

/// The wrong definitions, by name.
fn definitions() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("there is a folder of definitions");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("definitions")
}
