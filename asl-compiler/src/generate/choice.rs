//! Choice rules as boolean expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::paths::Paths;
use crate::{
    ir::{Comparison, Json, Order, Test, Type},
    syntax::path::Path,
};

/// A boolean expression for a test, over `cx` and `input`. Lookups that fail leave the function by `?`.
pub fn test(test: &Test, paths: &Paths<'_>) -> TokenStream {
    match test {
        Test::And(tests) => {
            let tests = tests.iter().map(|test| part(test, paths));
            quote!(#(#tests)&&*)
        }
        Test::Or(tests) => {
            let tests = tests.iter().map(|test| part(test, paths));
            quote!(#(#tests)||*)
        }
        Test::Not(test) => {
            let test = part(test, paths);
            quote!(!#test)
        }
        Test::Compare { variable, comparison } => compare(variable, comparison, paths),
        // Of JSONata alone.
        Test::Condition(_) => quote!(false),
    }
}

/// A test inside another.
fn part(test: &Test, paths: &Paths<'_>) -> TokenStream {
    let tokens = self::test(test, paths);
    match test {
        Test::And(tests) | Test::Or(tests) if tests.len() > 1 => quote!((#tokens)),
        _ => tokens,
    }
}

fn compare(variable: &Path, comparison: &Comparison, paths: &Paths<'_>) -> TokenStream {
    let operand = |path: &Path| {
        let path = paths.path(path);
        quote!(&*cx.operand(input, &#path)?)
    };
    let value = || operand(variable);
    match comparison {
        Comparison::String(order, text) => {
            let (value, order) = (value(), self::order(*order));
            quote!(asl::choice::string(#value, #order, #text))
        }
        Comparison::Numeric(order, number) => {
            let (value, order, number) = (value(), self::order(*order), self::number(number));
            quote!(asl::choice::numeric(#value, #order, #number))
        }
        Comparison::Timestamp(order, _, instant) => {
            let (value, order) = (value(), self::order(*order));
            let instant = Literal::i128_unsuffixed(*instant);
            quote!(asl::choice::timestamp(#value, #order, #instant))
        }
        Comparison::Boolean(expected) => {
            let value = value();
            quote!(asl::choice::boolean(#value, #expected))
        }
        Comparison::StringPath(order, path) => {
            let (value, order, path) = (value(), self::order(*order), operand(path));
            quote!(asl::choice::string_path(#value, #order, #path))
        }
        Comparison::NumericPath(order, path) => {
            let (value, order, path) = (value(), self::order(*order), operand(path));
            quote!(asl::choice::numeric_path(#value, #order, #path))
        }
        Comparison::TimestampPath(order, path) => {
            let (value, order, path) = (value(), self::order(*order), operand(path));
            quote!(asl::choice::timestamp_path(#value, #order, #path))
        }
        Comparison::BooleanPath(path) => {
            let (value, path) = (value(), operand(path));
            quote!(asl::choice::boolean_path(#value, #path))
        }
        Comparison::Matches(parts) => {
            let value = value();
            quote!(asl::choice::matches(#value, &[#(#parts),*]))
        }
        Comparison::Is(kind, expected) => {
            let value = value();
            let test = match kind {
                Type::Null => quote!(asl::choice::is_null(#value)),
                Type::String => quote!(asl::choice::is_string(#value)),
                Type::Numeric => quote!(asl::choice::is_numeric(#value)),
                Type::Boolean => quote!(asl::choice::is_boolean(#value)),
                Type::Timestamp => quote!(asl::choice::is_timestamp(#value)),
            };
            negate_unless(*expected, test)
        }
        Comparison::IsPresent(expected) => {
            let path = paths.path(variable);
            negate_unless(*expected, quote!(cx.is_present(input, &#path)))
        }
    }
}

fn negate_unless(expected: bool, test: TokenStream) -> TokenStream {
    if expected { test } else { quote!(!#test) }
}

fn order(order: Order) -> TokenStream {
    match order {
        Order::Equal => quote!(asl::Order::Equal),
        Order::Less => quote!(asl::Order::Less),
        Order::Greater => quote!(asl::Order::Greater),
        Order::LessOrEqual => quote!(asl::Order::LessOrEqual),
        Order::GreaterOrEqual => quote!(asl::Order::GreaterOrEqual),
    }
}

/// A literal with its type, since the parameter takes any of them.
fn number(number: &Json) -> Literal {
    match number {
        Json::Integer(integer) => Literal::i64_suffixed(*integer),
        Json::Unsigned(integer) => Literal::u64_suffixed(*integer),
        Json::Float(float) => Literal::f64_suffixed(*float),
        // The checks let no other value through.
        _ => Literal::f64_suffixed(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::path::parse_path;

    fn compare(variable: &str, comparison: Comparison) -> Test {
        Test::Compare {
            variable: parse_path(variable).unwrap(),
            comparison,
        }
    }

    fn generated(test: &Test) -> String {
        self::test(test, &Paths::new(&[])).to_string()
    }

    #[test]
    fn nesting() {
        let present = || compare("$.a", Comparison::IsPresent(true));
        let absent = || compare("$.a", Comparison::IsPresent(false));
        let tree = Test::Not(Box::new(Test::And(vec![
            present(),
            Test::Or(vec![absent(), present()]),
        ])));
        assert_eq!(
            generated(&tree),
            quote!(
                !(cx.is_present(input, &paths::A)
                    && (!cx.is_present(input, &paths::A) || cx.is_present(input, &paths::A)))
            )
            .to_string()
        );
    }

    #[test]
    fn comparators() {
        let other = parse_path("$.b").unwrap();
        for (comparison, expected) in [
            (
                Comparison::String(Order::Less, "x".to_owned()),
                quote!(asl::choice::string(
                    &*cx.operand(input, &paths::A)?,
                    asl::Order::Less,
                    "x"
                )),
            ),
            (
                Comparison::Numeric(Order::Equal, Json::Integer(-5)),
                quote!(asl::choice::numeric(
                    &*cx.operand(input, &paths::A)?,
                    asl::Order::Equal,
                    -5i64
                )),
            ),
            (
                Comparison::TimestampPath(Order::GreaterOrEqual, other),
                quote!(asl::choice::timestamp_path(
                    &*cx.operand(input, &paths::A)?,
                    asl::Order::GreaterOrEqual,
                    &*cx.operand(input, &paths::B)?
                )),
            ),
            (
                Comparison::Matches(vec!["a".to_owned(), String::new()]),
                quote!(asl::choice::matches(&*cx.operand(input, &paths::A)?, &["a", ""])),
            ),
            (
                Comparison::Is(Type::Null, false),
                quote!(!asl::choice::is_null(&*cx.operand(input, &paths::A)?)),
            ),
        ] {
            assert_eq!(generated(&compare("$.a", comparison)), expected.to_string());
        }
    }
}
