//! What the compiler says about JSONata and what the runtime does are the same.

use asl_compiler::jsonata;
use asl_runtime::jsonata::{functions, functions::Builtin};

/// Each parameter: its types, whether it may be left out, and the type of its elements.
type Parameter = (Vec<char>, bool, bool, bool, Option<char>);

fn parameter(
    types: &str,
    optional: bool,
    context: bool,
    repeated: bool,
    elements: Option<char>,
) -> Parameter {
    // The runtime has one letter for all types.
    let all = if types == "x" { "asnblfo" } else { types };
    let mut types: Vec<char> = all.chars().collect();
    types.sort_unstable();
    (types, optional, context, repeated, elements)
}

#[test]
fn the_built_in_functions_are_the_same() {
    for Builtin { name, signature, .. } in functions::ALL {
        let known = jsonata::builtin(name).unwrap_or_else(|| panic!("the compiler does not know ${name}"));
        let signature = signature.unwrap_or_else(|| panic!("${name} has no signature"));
        let compiled: Vec<_> = known
            .parameters()
            .parameters
            .iter()
            .map(|it| parameter(&it.types, it.optional, it.context, it.repeated, it.elements))
            .collect();
        let run: Vec<_> = signature
            .parameters
            .iter()
            .map(|it| parameter(it.types, it.optional, it.context, it.repeated, it.elements))
            .collect();
        assert_eq!(compiled, run, "{name}");
    }
    assert_eq!(functions::ALL.len(), jsonata::builtins().count());
}
