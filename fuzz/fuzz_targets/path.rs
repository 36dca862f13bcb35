//! A path parses or is refused at a place in it. What is a reference path is a path as well, unless it has double quotes.

#![no_main]

use asl_compiler::generate;
use asl_compiler::syntax::path::{SyntaxError, parse_path, parse_result_path, parse_single_node_path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = parse_path(text);
    let single = parse_single_node_path(text);
    let result = parse_result_path(text);
    if !text.contains('"') {
        assert!(path.is_ok() || single.is_err(), "a path to a single node is a path");
        assert!(single.is_ok() || result.is_err(), "a path for a result is a path to a single node");
    }
    for error in [path.as_ref().err(), single.as_ref().err(), result.as_ref().err()].into_iter().flatten() {
        in_text(error, text);
    }
    if let Ok(path) = path {
        let variables: Vec<String> = text
            .split(|character: char| !character.is_alphanumeric() && character != '_')
            .map(str::to_owned)
            .collect();
        if let Err(error) = syn::parse2::<syn::Expr>(generate::path::path(&path, &variables)) {
            panic!("the generated code is not Rust: {error}");
        }
    }
});

fn in_text(error: &SyntaxError, text: &str) {
    let end = error.at + error.len;
    assert!(end <= text.len() && text.is_char_boundary(error.at) && text.is_char_boundary(end), "{error:?}");
}
