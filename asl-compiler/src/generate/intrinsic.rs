//! Intrinsic function calls as static data.

use proc_macro2::TokenStream;
use quote::quote;

use crate::syntax::intrinsic::Call;

/// An expression for a call.
pub fn call(call: &Call, _variables: &[String]) -> TokenStream {
    let text = &call.text;
    quote!(asl::Call { text: #text })
}
