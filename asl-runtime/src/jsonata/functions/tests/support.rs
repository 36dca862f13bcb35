//! What the tests call functions with.

use crate::{
    Value,
    jsonata::{
        Args, Data, Error, Eval, Function, Query,
        functions::find,
        tests::support::{self, Fixed, print},
    },
};

/// Nothing, as an argument.
pub const NOTHING: Data = Data::Undefined;

/// Calls a function.
pub fn call(name: &str, args: impl IntoIterator<Item = Data>) -> Eval {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let args: Args = args.into_iter().collect();
    q.builtin(find(name).expect(name), &Data::Undefined, args)
}

/// The arguments in a JSON array.
pub fn json(text: &str) -> Vec<Data> {
    Data::from(Value::from_json(text).expect(text)).items().collect()
}

/// What a function gives for the arguments in a JSON array: JSON, `undefined`, or the code of its error.
pub fn result(name: &str, args: &str) -> String {
    shown(call(name, json(args)))
}

/// The same for other arguments.
pub fn result_of(name: &str, args: impl IntoIterator<Item = Data>) -> String {
    shown(call(name, args))
}

fn shown(result: Eval) -> String {
    match result {
        Ok(data) => print(data),
        Err(error) => error.code().to_owned(),
    }
}

/// The message of an error.
pub fn message(name: &str, args: impl IntoIterator<Item = Data>) -> String {
    call(name, args).map(print).unwrap_err().to_string()
}

/// Checks results for arguments in JSON arrays.
#[track_caller]
pub fn check(name: &str, cases: &[(&str, &str)]) {
    for (args, expected) in cases {
        assert_eq!(result(name, args), *expected, "${name}{args}");
    }
}

/// A lambda.
pub fn lambda(arity: usize, run: impl Fn(&[Data]) -> Eval + 'static) -> Data {
    Function::closure(arity, "lambda", move |_, _, args| run(args))
}

/// A regular expression.
pub fn regex(pattern: &'static str) -> Data {
    Function::regex(support::regex(pattern, false, false))
}

/// A result sequence, as a path gives it.
pub fn sequence(text: &str) -> Data {
    Data::sequence(json(text))
}

/// An error of a lambda.
pub fn failure() -> Error {
    Error::new("D3137", "on purpose")
}
