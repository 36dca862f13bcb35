//! Intrinsic function calls as static data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{path, paths::Paths};
use crate::syntax::{
    intrinsic::{Argument, Call},
    path::Numeral,
};

/// An expression for a call: a literal, which a reference to is `'static`.
pub fn call(call: &Call, paths: &Paths<'_>) -> TokenStream {
    let text = &call.text;
    let function = format_ident!("{}", call.function.name());
    let arguments = call.arguments.iter().map(|argument| {
        let argument = self::argument(argument, paths);
        quote!(asl::Argument::#argument)
    });
    quote!(asl::Call { text: #text, function: asl::Function::#function, arguments: &[#(#arguments),*] })
}

fn argument(argument: &Argument, paths: &Paths<'_>) -> TokenStream {
    match argument {
        Argument::String(text) => quote!(String(#text)),
        Argument::Template(parts) => quote!(Template(&[#(#parts),*])),
        Argument::Integer(integer) => number(Numeral::Integer(*integer)),
        Argument::Float(float) => number(Numeral::Float(*float)),
        Argument::Bool(value) => quote!(Bool(#value)),
        Argument::Null => quote!(Null),
        Argument::Path(path) => {
            let path = paths.path(path);
            quote!(Path(#path))
        }
        Argument::Call(call) => {
            let call = self::call(call, paths);
            quote!(Call(#call))
        }
    }
}

fn number(number: Numeral) -> TokenStream {
    let number = path::numeral(number);
    quote!(Number(#number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::intrinsic::parse_intrinsic;

    #[test]
    fn nested() {
        let text = "States.Format('a{}b{}', States.MathAdd(-1, $.n), 'x')";
        assert_eq!(
            call(&parse_intrinsic(text).unwrap(), &Paths::new(&[])).to_string(),
            quote!(asl::Call {
                text: "States.Format('a{}b{}', States.MathAdd(-1, $.n), 'x')",
                function: asl::Function::Format,
                arguments: &[
                    asl::Argument::Template(&["a", "b", ""]),
                    asl::Argument::Call(asl::Call {
                        text: "States.MathAdd(-1, $.n)",
                        function: asl::Function::MathAdd,
                        arguments: &[
                            asl::Argument::Number(asl::Numeral::Integer(-1)),
                            asl::Argument::Path(paths::N)
                        ]
                    }),
                    asl::Argument::String("x")
                ]
            })
            .to_string()
        );
    }
}
