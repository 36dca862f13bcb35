//! Choice rules as boolean expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::path;
use crate::ir::Test;

/// A boolean expression for a test.
pub fn test(test: &Test, variables: &[String]) -> TokenStream {
    match test {
        Test::And(tests) => {
            let tests = tests.iter().map(|one| self::test(one, variables));
            quote!(#(#tests)&&*)
        }
        Test::Or(tests) => {
            let tests = tests.iter().map(|one| self::test(one, variables));
            quote!((#(#tests)||*))
        }
        Test::Not(inner) => {
            let inner = self::test(inner, variables);
            quote!(!#inner)
        }
        Test::Compare { variable, .. } => {
            let path = path::path(variable, variables);
            quote!(cx.is_present(input, &#path))
        }
    }
}
