//! Every `machines/x.asl.json` is compiled to exactly the `machines/x.rs` beside it.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{env, fs, path::Path};

use asl_compiler::{
    Source, compile,
    generate::{Options, source_file},
};

fn generated(definition: &Path) -> String {
    let name = definition.file_name().and_then(|name| name.to_str()).unwrap();
    let source = Source {
        path: name.to_owned(),
        text: fs::read_to_string(definition).unwrap(),
    };
    let machine = compile(&source).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(&source)));
    source_file(&machine, &Options::new(name)).unwrap()
}

#[test]
fn code_is_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("machines");
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let definition = entry.unwrap().path();
        let Some(stem) = definition
            .to_str()
            .and_then(|path| path.strip_suffix(".asl.json"))
        else {
            continue;
        };
        count += 1;
        let recorded = format!("{stem}.rs");
        let code = generated(&definition);
        if update {
            fs::write(&recorded, code).unwrap();
            continue;
        }
        let known = fs::read_to_string(&recorded).unwrap_or_default();
        if let Some((line, (new, old))) = (1..)
            .zip(code.lines().zip(known.lines()))
            .find(|(_, (new, old))| new != old)
        {
            panic!(
                "{recorded}:{line} differs (UPDATE_GOLDEN=1 writes it anew)\n recorded: {old}\ngenerated: {new}"
            );
        }
        assert_eq!(
            code.lines().count(),
            known.lines().count(),
            "{recorded} has another length"
        );
    }
    assert!(count > 5, "only {count} definitions in {}", folder.display());
}
