//! Arguments against signatures.

use super::support::print;
use crate::{
    json,
    jsonata::{
        Args, Data,
        signature::{Parameter, Signature},
    },
};

const fn parameter(types: &'static str) -> Parameter {
    Parameter {
        types,
        text: types,
        optional: false,
        context: false,
        repeated: false,
        elements: None,
    }
}

const STRING: Parameter = parameter("s");
const CONTEXT: Parameter = Parameter {
    context: true,
    ..STRING
};
const OPTIONAL: Parameter = Parameter {
    optional: true,
    ..parameter("n")
};
const FUNCTION: Parameter = parameter("f");
const NUMBERS: Parameter = Parameter {
    elements: Some('n'),
    ..parameter("a")
};
const ARRAYS: Parameter = Parameter {
    repeated: true,
    ..parameter("a")
};

/// The arguments after the check, or the error.
fn check(parameters: &'static [Parameter], args: &[Data], context: &Data) -> String {
    match (Signature { parameters }).validate("f", Args::from(args), context.into()) {
        Ok(args) => args.into_iter().map(print).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_context_stands_for_what_is_left_out() {
    let (text, other) = (Data::text("a"), Data::text("b"));
    let signature = &[CONTEXT, STRING];
    assert_eq!(
        check(signature, &[text.clone(), other.clone()], &other),
        r#""a" "b""#
    );
    assert_eq!(
        check(signature, std::slice::from_ref(&text), &other),
        r#""b" "a""#
    );
    assert_eq!(
        check(signature, &[text], &Data::from(1_i64)),
        r#"T0411: Context value is not a compatible type with argument 1 of function "f""#
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let (text, number) = (Data::text("a"), Data::from(1_i64));
    let signature = &[CONTEXT, OPTIONAL, OPTIONAL];
    let error =
        |index: usize| format!("T0410: Argument {index} of function \"f\" does not match function signature");
    assert_eq!(check(signature, &[text.clone(), text.clone()], &text), error(2));
    assert_eq!(
        check(
            signature,
            &[text.clone(), number.clone(), number.clone(), number.clone()],
            &text
        ),
        error(4)
    );
    assert_eq!(check(signature, &[Data::TRUE], &text), error(1));
    assert_eq!(check(&[FUNCTION], &[Data::Undefined], &text), error(1));
    assert_eq!(check(signature, &[Data::Undefined, number], &text), "undefined 1");
    assert_eq!(check(signature, &[], &text), r#""a""#);
}

#[test]
fn arrays_are_made_and_their_elements_checked() {
    let array = |value| Data::Value(value);
    assert_eq!(check(&[NUMBERS], &[Data::from(1_i64)], &Data::Undefined), "[1]");
    assert_eq!(
        check(&[NUMBERS], &[array(json!([1, 2]))], &Data::Undefined),
        "[1,2]"
    );
    let error = r#"T0412: Argument 1 of function "f" must be an array of "numbers""#;
    assert_eq!(
        check(&[NUMBERS], &[array(json!([1, "a"]))], &Data::Undefined),
        error
    );
    assert_eq!(check(&[NUMBERS], &[Data::text("a")], &Data::Undefined), error);
    let given = [array(json!([1])), Data::text("a"), Data::Undefined];
    assert_eq!(
        check(&[ARRAYS], &given, &Data::Undefined),
        r#"[1] ["a"] undefined"#
    );
}
