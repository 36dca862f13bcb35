//! A definition compiles to Rust, or is refused with diagnostics that can be shown.

#![no_main]

use asl_compiler::generate::{self, Options};
use asl_compiler::{MachineKind, Source, compile, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source {
        path: "fuzz.asl.json".to_owned(),
        text: text.to_owned(),
    };
    for kind in [MachineKind::Standard, MachineKind::Express] {
        let _ = validate(&source, kind);
    }
    let options = Options::new("fuzz.asl.json");
    let code = match compile(&source) {
        Ok(machine) => generate::generate(&machine, &options),
        Err(diagnostics) => {
            assert!(!diagnostics.to_string().is_empty());
            generate::skeleton(&diagnostics.skeleton, &options)
        }
    };
    if let Err(error) = syn::parse2::<syn::File>(code) {
        panic!("the generated code is not Rust: {error}");
    }
});
