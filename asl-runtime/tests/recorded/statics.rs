//! What the compiler parses as the static data that generated code holds. Memory is leaked, as tests may.

use asl_compiler::syntax::{intrinsic as calls, path as syntax};
use asl_runtime::{
    intrinsic::{Argument, Call, Function},
    path::{Condition, Numeral, Operand, Operator, Path, Root, Step, Test},
};

/// A path, its root taken for the document.
pub fn path(path: &syntax::Path) -> Path {
    Path {
        text: leak(path.text.clone()),
        root: Root::Document,
        steps: steps(&path.steps),
    }
}

fn leak(text: String) -> &'static str {
    text.leak()
}

fn steps(steps: &[syntax::Step]) -> &'static [Step] {
    let steps: Vec<Step> = steps
        .iter()
        .map(|step| match step {
            syntax::Step::Key(name) => Step::Key(leak(name.clone())),
            syntax::Step::Keys(names) => {
                let names: Vec<&str> = names.iter().map(|name| leak(name.clone())).collect();
                Step::Keys(names.leak())
            }
            syntax::Step::Index(index) => Step::Index(*index),
            syntax::Step::Indices(indices) => Step::Indices(indices.clone().leak()),
            syntax::Step::SliceFrom(from) => Step::SliceFrom(*from),
            syntax::Step::SliceTo(to) => Step::SliceTo(*to),
            syntax::Step::Slice(from, to) => Step::Slice(*from, *to),
            syntax::Step::FromEnd(offset) => Step::FromEnd(*offset),
            syntax::Step::Wildcard => Step::Wildcard,
            syntax::Step::Descend => Step::Descend,
            syntax::Step::Filter(conditions) => {
                Step::Filter(conditions.iter().map(condition).collect::<Vec<_>>().leak())
            }
        })
        .collect();
    steps.leak()
}

fn condition(condition: &syntax::Condition) -> Condition {
    let test = match &condition.test {
        syntax::Test::Exists => Test::Exists,
        syntax::Test::NotNull => Test::NotNull,
        syntax::Test::Compare(operator, operand) => Test::Compare(
            match operator {
                syntax::Operator::Equal => Operator::Equal,
                syntax::Operator::NotEqual => Operator::NotEqual,
                syntax::Operator::Less => Operator::Less,
                syntax::Operator::LessOrEqual => Operator::LessOrEqual,
                syntax::Operator::Greater => Operator::Greater,
                syntax::Operator::GreaterOrEqual => Operator::GreaterOrEqual,
            },
            match operand {
                syntax::Operand::Text { text, .. } => {
                    let number = operand.number().map(numeral);
                    Operand::Text(leak(text.clone()), number)
                }
                syntax::Operand::Current(path) => Operand::Current(steps(path)),
                syntax::Operand::Document(path) => Operand::Document(steps(path)),
            },
        ),
    };
    Condition {
        left: steps(&condition.left),
        test,
    }
}

fn numeral(number: syntax::Numeral) -> Numeral {
    match number {
        syntax::Numeral::Integer(integer) => Numeral::Integer(integer),
        syntax::Numeral::Float(float) => Numeral::Float(float),
    }
}

/// A call.
pub fn call(call: &calls::Call) -> Call {
    let arguments: Vec<Argument> = call
        .arguments
        .iter()
        .map(|argument| match argument {
            calls::Argument::String(text) => Argument::String(leak(text.clone())),
            calls::Argument::Template(parts) => {
                let parts: Vec<&str> = parts.iter().map(|part| leak(part.clone())).collect();
                Argument::Template(parts.leak())
            }
            calls::Argument::Integer(integer) => Argument::Number(Numeral::Integer(*integer)),
            calls::Argument::Float(float) => Argument::Number(Numeral::Float(*float)),
            calls::Argument::Bool(value) => Argument::Bool(*value),
            calls::Argument::Null => Argument::Null,
            calls::Argument::Path(path) => {
                let root = match path.root {
                    syntax::Root::Context => Root::Context,
                    _ => Root::Document,
                };
                Argument::Path(Path {
                    root,
                    ..self::path(path)
                })
            }
            calls::Argument::Call(call) => Argument::Call(self::call(call)),
        })
        .collect();
    Call {
        text: leak(call.text.clone()),
        function: function(call.function),
        arguments: arguments.leak(),
    }
}

fn function(function: calls::Function) -> Function {
    match function {
        calls::Function::Format => Function::Format,
        calls::Function::StringToJson => Function::StringToJson,
        calls::Function::JsonToString => Function::JsonToString,
        calls::Function::Array => Function::Array,
        calls::Function::ArrayPartition => Function::ArrayPartition,
        calls::Function::ArrayContains => Function::ArrayContains,
        calls::Function::ArrayRange => Function::ArrayRange,
        calls::Function::ArrayGetItem => Function::ArrayGetItem,
        calls::Function::ArrayLength => Function::ArrayLength,
        calls::Function::ArrayUnique => Function::ArrayUnique,
        calls::Function::Base64Encode => Function::Base64Encode,
        calls::Function::Base64Decode => Function::Base64Decode,
        calls::Function::Hash => Function::Hash,
        calls::Function::JsonMerge => Function::JsonMerge,
        calls::Function::MathRandom => Function::MathRandom,
        calls::Function::MathAdd => Function::MathAdd,
        calls::Function::StringSplit => Function::StringSplit,
        calls::Function::UUID => Function::UUID,
    }
}
