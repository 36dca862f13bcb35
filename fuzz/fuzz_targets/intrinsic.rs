//! A call of an intrinsic function parses or is refused at a place in it.

#![no_main]

use asl_compiler::syntax::intrinsic::parse_intrinsic;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse_intrinsic(text) {
        Ok(call) => {
            assert_eq!(call.text, text);
            assert!(call.paths().all(|path| text.contains(&path.text)));
        }
        Err(error) => {
            let end = error.at + error.len;
            assert!(
                end <= text.len() && text.is_char_boundary(error.at) && text.is_char_boundary(end),
                "{error:?}"
            );
        }
    }
});
