//! Functions as values: lambdas, `~>`, partial application.

use std::rc::Rc;

use crate::Value;

use super::{Args, Body, Data, Error, Eval, Function, Item, Query, Variable, signature::Signature};

/// A lambda: what it computes gets the function itself, so that recursion needs no cycle, and its arguments.
pub fn lambda(
    name: &'static str,
    arity: usize,
    signature: Option<&'static Signature>,
    run: impl Fn(&Query<'_>, &Rc<Function>, &mut Args) -> Eval + 'static,
) -> Data {
    Data::Function(Rc::new(Function {
        arity,
        name: smol_str::SmolStr::new_static(name),
        body: Body::Closure {
            signature,
            run: Box::new(run),
        },
    }))
}

/// `left ~> right` where the right side is not a call: calls it with the left one, or makes one function of two. The
/// context of the call is `null`, as in the reference implementation.
///
/// # Errors
/// T2006 when the right side is no function.
pub fn pipe(q: &Query<'_>, left: Data, right: &Data) -> Eval {
    let Data::Function(right) = right else {
        return Err(Error::new(
            "T2006",
            "The right side of the function application operator ~> must be a function",
        ));
    };
    let Data::Function(left) = left else {
        return q
            .apply(right, Args::from_iter([left]), Item::Value(&Value::Null))
            .map(Data::collapse);
    };
    let right = right.clone();
    Ok(Function::closure(1, "lambda", move |q, _, args| {
        let result = q.apply(&left, std::mem::take(args), Item::NOTHING)?.collapse();
        q.tail_call(&Data::Function(right.clone()), [result])
    }))
}

/// `function(a, ?, b)`: a function of the arguments that are left open, which are `None` here.
///
/// # Errors
/// T1008 when it is no function.
pub fn partial<const N: usize>(function: &Data, given: [Option<Data>; N]) -> Eval {
    let Data::Function(function) = function else {
        return Err(Error::new("T1008", "Attempted to partially apply a non-function"));
    };
    let function = function.clone();
    let mut given = Vec::from(given);
    given.truncate(function.arity);
    let open = given.iter().filter(|argument| argument.is_none()).count();
    let name = function.name.clone();
    Ok(Function::closure(open, name, move |q, _, args| {
        let mut open = args.drain(..);
        let all = given.iter().map(|argument| match argument {
            Some(argument) => argument.clone(),
            None => open.next().unwrap_or_default(),
        });
        q.apply(&function, all.collect(), Item::NOTHING)
    }))
}

/// The error of a call or partial application where `name` gives nothing, but `$name` is a function.
///
/// # Errors
/// T1005 or T1007 when the function is nothing.
pub fn hint(function: Data, name: &str, partially: bool) -> Eval {
    if !function.is_undefined() {
        return Ok(function);
    }
    let (code, how) = match partially {
        false => ("T1005", "invoke"),
        true => ("T1007", "partially apply"),
    };
    Err(Error::new(
        code,
        format!("Attempted to {how} a non-function. Did you mean ${name}?"),
    ))
}

/// The arguments of a lambda, which are as many as it has parameters.
pub fn arguments<const N: usize>(args: &mut Args) -> [Data; N] {
    let mut args = args.iter_mut();
    std::array::from_fn(|_| args.next().map(std::mem::take).unwrap_or_default())
}

/// Assigns a shared variable, and gives the value.
pub fn assign(variable: &Variable, value: Data) -> Data {
    *variable.borrow_mut() = value.clone();
    value
}

/// The value of a shared variable.
pub fn read(variable: &Variable) -> Data {
    variable.borrow().clone()
}
