//! What an evaluation may take.

use super::support::{Fixed, error, print};
use crate::jsonata::{
    Data, Elements, Eval, Function, Query, add, arguments, concatenate, integer, lambda, less, map, name,
    object, pipe, read, reduce, subtract, text,
};

/// A thread's usual stack.
fn in_usual_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    if let Err(panic) = thread.map(std::thread::JoinHandle::join).unwrap() {
        std::panic::resume_unwind(panic);
    }
}

/// `function($n){ $n < 1 ? 0 : 1 + $f($n - 1) }`, through what deepens the stack.
fn recursive() -> Data {
    lambda("f", 1, None, move |q, me, args| {
        let f = Data::Function(me.clone());
        let [n] = arguments(args);
        if less(&n, &integer(1))?.truthy()? {
            return Ok(integer(0));
        }
        let called = map(q, &integer(1), &|_, _| {
            let next = subtract(&n, &integer(1))?;
            let object = object([("x", q.call(&f, &Data::Undefined, [next])?)]);
            Ok(Elements::new().all(name(&object, "x")).one(integer(1)).end())
        })?;
        add(&called.item(0), &integer(1))
    })
}

#[test]
fn recursion_ends_before_the_stack_does() {
    in_usual_stack(|| {
        let environment = Fixed::default();
        let q = Query::new(&environment);
        let call = |depth: i64| q.call(&recursive(), &Data::Undefined, [integer(depth)]);
        assert_eq!(print(call(99).unwrap_or_default()), "99");
        assert_eq!(
            error(call(100)),
            "U1001: Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as \
            tail-recursive. Depth=101 max=100"
        );
    });
}

#[test]
fn calls_in_last_position_are_bounded_by_their_work_alone() {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let count = lambda("f", 1, None, |q, me, args| {
        let [n] = arguments(args);
        match less(&n, &integer(1))?.truthy()? {
            true => Ok(text("done")),
            false => q.tail_call(&Data::Function(me.clone()), [subtract(&n, &integer(1))?]),
        }
    });
    let done = q.call(&count, &Data::Undefined, [integer(5_000)]);
    assert_eq!(print(done.unwrap_or_default()), r#""done""#);
    q.spend(Query::MAX_WORK as usize - 20_000).unwrap();
    let endless = lambda("f", 0, None, |q, me, _| {
        q.tail_call(&Data::Function(me.clone()), [])
    });
    assert_eq!(
        error(q.call(&endless, &Data::Undefined, [])),
        "U1001: Expression evaluation timeout: Check for infinite loop"
    );
}

/// Repeats a function on what it gave before.
fn repeat(times: usize, start: Data, step: impl Fn(&Query<'_>, Data) -> Eval + 'static) -> Eval {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let step = Function::closure(1, "step", move |q, _, args| {
        let [data] = arguments(args);
        step(q, data)
    });
    (0..times).try_fold(start, |data, _| q.call(&step, &Data::Undefined, [data]))
}

#[test]
fn data_cannot_be_nested_without_end() {
    in_usual_stack(|| {
        let too_deep = format!(
            "U1001: Expression evaluation made data of more than {} levels",
            crate::Value::MAX_DEPTH
        );
        let nested = |start: Data| repeat(100_000, start, |_, data| Ok(Elements::new().one(data).end()));
        assert_eq!(error(nested(integer(1))), too_deep);
        let function = Function::closure(0, "f", |_, _, _| Ok(Data::Undefined));
        assert_eq!(error(nested(function)), too_deep);
        let objects = repeat(100_000, integer(1), |_, data| Ok(object([("a", data)])));
        assert_eq!(error(objects), too_deep);
    });
}

#[test]
fn written_out_functions_are_bounded_as_well() {
    in_usual_stack(|| {
        let environment = Fixed::default();
        let q = Query::new(&environment);
        let numbers = |count: i64| Data::array((0..count).map(integer).collect());
        let sum = reduce(&q, &numbers(4), &|sum, item| add(sum, item), &integer(10));
        assert_eq!(print(sum.unwrap()), "16");
        let nothing = reduce(&q, &Data::Undefined, &|sum, _| Ok(sum.to_data()), &integer(10));
        assert_eq!(print(nothing.unwrap()), "undefined");
        let one = reduce(&q, &integer(1), &|_, _| Ok(Data::Undefined), &Data::Undefined);
        assert_eq!(print(one.unwrap()), "1");
        let nested = reduce(
            &q,
            &numbers(1000),
            &|inner, _| Ok(Elements::new().one(inner.to_data()).end()),
            &Data::Undefined,
        );
        assert!(error(nested).starts_with("U1001"));
        let function = Function::closure(0, "f", |_, _, _| Ok(Data::Undefined));
        let refused = reduce(&q, &numbers(2), &|sum, _| Ok(sum.to_data()), &function);
        assert!(error(refused).starts_with("T0410"));
    });
}

#[test]
fn functions_that_hold_functions_are_dropped_one_after_the_other() {
    in_usual_stack(|| {
        let first = Function::closure(1, "f", |_, _, args| Ok(args.pop().unwrap_or_default()));
        let chain = repeat(100_000, first.clone(), move |q, data| pipe(q, data, &first));
        drop(chain.unwrap());
    });
}

#[test]
fn functions_that_hold_each_other_are_dropped_with_the_evaluation() {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let variable = q.shared(Data::Undefined);
    let held = variable.clone();
    *variable.borrow_mut() = Function::closure(0, "f", move |_, _, _| Ok(read(&held)));
    let weak = read(&variable).as_function().map(std::rc::Rc::downgrade).unwrap();
    drop(variable);
    assert!(weak.upgrade().is_some());
    drop(q);
    assert!(weak.upgrade().is_none());
}

#[test]
fn what_grows_by_copies_is_paid_for() {
    let grown = repeat(100_000, Data::array(vec![]), |q, data| {
        q.spend(5_000)?;
        Ok(Elements::new().all(data).all(integer(1)).end())
    });
    assert!(error(grown).starts_with("U1001: Expression evaluation timeout"));
    let text = repeat(64, text("text"), |_, data| {
        concatenate(&[(&data).into(), (&data).into()])
    });
    assert!(error(text).starts_with("U1001: "));
}

#[test]
fn texts_put_together_have_a_limit() {
    let longest = Data::from("x".repeat((16 << 20) - 1));
    let nothing = Data::Undefined;
    let with = |end: &Data| concatenate(&[(&longest).into(), (&nothing).into(), end.into()]);
    for end in [integer(1), text("1"), Data::number(1.0)] {
        assert_eq!(with(&end).unwrap().as_str().map(str::len), Some(16 << 20));
    }
    for end in [integer(10), text("10"), Data::number(0.5), Data::TRUE] {
        assert!(error(with(&end)).starts_with("U1001: "));
    }
}
