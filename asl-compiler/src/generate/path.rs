//! Paths as static data.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::syntax::path::{
    Condition, Numeral, Operand, Operator, Path, ReferencePath, ReferenceStep, Root, Step, Test,
};

/// An expression for a path: a literal, which a reference to is `'static`.
pub fn path(path: &Path, variables: &[String]) -> TokenStream {
    let text = &path.text;
    let root = match &path.root {
        Root::Document => quote!(Document),
        Root::Context => quote!(Context),
        Root::Variable(name) => {
            let slot = variables
                .iter()
                .position(|known| known == name)
                .unwrap_or(variables.len());
            let slot = Literal::usize_unsuffixed(slot);
            quote!(Variable(#slot))
        }
    };
    let steps = steps(&path.steps);
    quote!(asl::Path { text: #text, root: asl::Root::#root, steps: #steps })
}

/// An expression for a path to write to.
pub fn reference_path(path: &ReferencePath) -> TokenStream {
    let text = &path.text;
    let steps = path.steps.iter().map(|step| match step {
        ReferenceStep::Key(key) => quote!(asl::ReferenceStep::Key(#key)),
        ReferenceStep::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(asl::ReferenceStep::Index(#index))
        }
    });
    quote!(asl::ReferencePath { text: #text, steps: &[#(#steps),*] })
}

/// An expression for a number.
pub(super) fn numeral(number: Numeral) -> TokenStream {
    match number {
        Numeral::Integer(integer) => {
            let integer = Literal::i64_unsuffixed(integer);
            quote!(asl::Numeral::Integer(#integer))
        }
        Numeral::Float(float) => {
            let float = Literal::f64_unsuffixed(float);
            quote!(asl::Numeral::Float(#float))
        }
    }
}

fn steps(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| {
        let step = self::step(step);
        quote!(asl::PathStep::#step)
    });
    quote!(&[#(#steps),*])
}

fn step(step: &Step) -> TokenStream {
    let integer = Literal::i64_unsuffixed;
    match step {
        Step::Key(name) => quote!(Key(#name)),
        Step::Keys(names) => quote!(Keys(&[#(#names),*])),
        Step::Index(index) => {
            let index = integer(*index);
            quote!(Index(#index))
        }
        Step::Indices(indices) => {
            let indices = indices.iter().copied().map(integer);
            quote!(Indices(&[#(#indices),*]))
        }
        Step::SliceFrom(from) => {
            let from = integer(*from);
            quote!(SliceFrom(#from))
        }
        Step::SliceTo(to) => {
            let to = integer(*to);
            quote!(SliceTo(#to))
        }
        Step::Slice(from, to) => {
            let (from, to) = (integer(*from), integer(*to));
            quote!(Slice(#from, #to))
        }
        Step::FromEnd(offset) => {
            let offset = integer(*offset);
            quote!(FromEnd(#offset))
        }
        Step::Wildcard => quote!(Wildcard),
        Step::Descend => quote!(Descend),
        Step::Filter(conditions) => {
            let conditions = conditions.iter().map(condition);
            quote!(Filter(&[#(#conditions),*]))
        }
    }
}

fn condition(condition: &Condition) -> TokenStream {
    let left = steps(&condition.left);
    let test = match &condition.test {
        Test::Exists => quote!(Exists),
        Test::NotNull => quote!(NotNull),
        Test::Compare(operator, operand) => {
            let (operator, operand) = (self::operator(*operator), self::operand(operand));
            quote!(Compare(asl::Operator::#operator, asl::Operand::#operand))
        }
    };
    quote!(asl::Condition { left: #left, test: asl::Test::#test })
}

fn operator(operator: Operator) -> TokenStream {
    match operator {
        Operator::Equal => quote!(Equal),
        Operator::NotEqual => quote!(NotEqual),
        Operator::Less => quote!(Less),
        Operator::LessOrEqual => quote!(LessOrEqual),
        Operator::Greater => quote!(Greater),
        Operator::GreaterOrEqual => quote!(GreaterOrEqual),
    }
}

fn operand(operand: &Operand) -> TokenStream {
    match operand {
        Operand::Text { text, .. } => {
            let number = match operand.number() {
                Some(number) => {
                    let number = numeral(number);
                    quote!(Some(#number))
                }
                None => quote!(None),
            };
            quote!(Text(#text, #number))
        }
        Operand::Current(path) => {
            let path = steps(path);
            quote!(Current(#path))
        }
        Operand::Document(path) => {
            let path = steps(path);
            quote!(Document(#path))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::path::{parse_path, parse_result_path};

    fn generated(text: &str) -> String {
        path(&parse_path(text).unwrap(), &["order".to_owned()]).to_string()
    }

    fn tokens(stream: TokenStream) -> String {
        stream.to_string()
    }

    #[test]
    fn definite() {
        assert_eq!(
            generated("$order.a[0]"),
            tokens(quote!(asl::Path {
                text: "$order.a[0]",
                root: asl::Root::Variable(0),
                steps: &[asl::PathStep::Key("a"), asl::PathStep::Index(0)]
            }))
        );
        assert_eq!(
            generated("$$"),
            tokens(quote!(asl::Path {
                text: "$$",
                root: asl::Root::Context,
                steps: &[]
            }))
        );
    }

    #[test]
    fn filters() {
        assert_eq!(
            generated("$..[?(@.n < 1.5 && @.m == @.k)]"),
            tokens(quote!(asl::Path {
                text: "$..[?(@.n < 1.5 && @.m == @.k)]",
                root: asl::Root::Document,
                steps: &[
                    asl::PathStep::Descend,
                    asl::PathStep::Filter(&[
                        asl::Condition {
                            left: &[asl::PathStep::Key("n")],
                            test: asl::Test::Compare(
                                asl::Operator::Less,
                                asl::Operand::Text("1.5", Some(asl::Numeral::Float(1.5)))
                            )
                        },
                        asl::Condition {
                            left: &[asl::PathStep::Key("m")],
                            test: asl::Test::Compare(
                                asl::Operator::Equal,
                                asl::Operand::Current(&[asl::PathStep::Key("k")])
                            )
                        }
                    ])
                ]
            }))
        );
    }

    #[test]
    fn reference() {
        let path = parse_result_path("$.a[1]").unwrap();
        assert_eq!(
            tokens(reference_path(&path)),
            tokens(quote!(asl::ReferencePath {
                text: "$.a[1]",
                steps: &[asl::ReferenceStep::Key("a"), asl::ReferenceStep::Index(1)]
            }))
        );
    }
}
