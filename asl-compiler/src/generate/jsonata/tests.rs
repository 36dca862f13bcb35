//! The code of expressions.

use super::{Names, expression, fields};
use crate::jsonata::parse;

/// The code, without white space.
fn code(text: &str, states: bool) -> String {
    let variables = ["v".to_owned()];
    let names = Names {
        variables: &variables,
        states,
    };
    squeezed(&expression(&parse(text).unwrap(), names).to_string())
}

fn squeezed(code: &str) -> String {
    code.split_whitespace().collect()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(code(text, true), squeezed(expected), "{text}");
}

#[test]
fn names_are_one_call() {
    check(
        "$states.input.order.total > 100",
        r#"j::greater(j::fields_of(q.input(), &["order", "total"]), &j::integer(100))"#,
    );
    check("$v.a", r#"Ok(j::names_of(q.variable(0), &["a"]))"#);
    check("$states", "Ok(q.states())");
    check(
        "$states.context.a = $unknown",
        r#"Ok(j::Data::from(j::equal(j::fields_of(q.context(), &["a"]), &j::Data::Undefined)))"#,
    );
}

#[test]
fn fields_take_no_code() {
    let variables = ["v".to_owned(), "sum".to_owned()];
    let names = Names {
        variables: &variables,
        states: true,
    };
    let given = |text: &str| fields(&parse(text).unwrap(), names).map(|code| squeezed(&code.to_string()));
    for (text, expected) in [
        ("$states.input", "Input(&[])"),
        ("$states.input.a.`b c`", r#"Input(&["a","bc"])"#),
        ("$states.result.a", r#"Result(&["a"])"#),
        ("$states.errorOutput.Cause", r#"ErrorOutput(&["Cause"])"#),
        ("$v", "Variable(0,&[])"),
        ("$v.a", r#"Variable(0,&["a"])"#),
    ] {
        assert_eq!(given(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "$states",
        "$states.context.State.Name",
        "$states.input[]",
        "$states.input.a[]",
        "$states.input.a[0]",
        "$states.input{a: b}",
        "$states.input.a^(b)",
        "$states.input.a#$i",
        "$states.input.*",
        "$states.input.$v",
        // Where it is not assigned, it is the function.
        "$sum",
        "$unknown",
        "a",
    ] {
        assert_eq!(given(text), None, "{text}");
    }
}

#[test]
fn distinct_is_told_of_sequences() {
    check(
        "$distinct($v.a.b)",
        r#"q.builtin(&j::functions::DISTINCT, &j::Data::Undefined, [
            j::Steps::from(q, j::Data::from(q.variable(0))).last_names(&["a", "b"]).end_marked()
        ])"#,
    );
    check(
        "$v.a ~> $distinct",
        r#"j::pipe(
            q,
            j::Steps::from(q, j::Data::from(q.variable(0))).last_names(&["a"]).end_marked(),
            &j::Function::builtin(&j::functions::DISTINCT)
        )"#,
    );
    check(
        "$distinct($map($v, $f))",
        r#"q.builtin(&j::functions::DISTINCT, &j::Data::Undefined, [
            q.builtin_raw(&j::functions::MAP, &j::Data::Undefined, [
                j::Data::from(q.variable(0)),
                j::Data::Undefined
            ])?.into_sequence()
        ])"#,
    );
    check(
        "$count($v.a.b)",
        r#"q.builtin(&j::functions::COUNT, &j::Data::Undefined, [j::names_of(q.variable(0), &["a", "b"])])"#,
    );
}

#[test]
fn a_function_gives_the_sequence_of_its_last_call() {
    check(
        "$map($v, function($x) { $keys($x) })",
        "j::map(q, &j::operand(q.variable(0)), &|x, _| q.builtin_raw(&j::functions::KEYS, &j::Data::Undefined, [x.to_data()]))",
    );
    check(
        "($map($v, function($x) { $keys($x) }))",
        "Ok(j::map(q, &j::operand(q.variable(0)), &|x, _| q.builtin_raw(&j::functions::KEYS, &j::Data::Undefined, [x.to_data()]))?
            .collapse())",
    );
}

#[test]
fn regular_expressions_are_static_data() {
    check(
        "$contains($v, /^a/i)",
        r#"q.builtin(&j::functions::CONTAINS, &j::Data::Undefined, [j::Data::from(q.variable(0)), {
            static REGEX: j::Regex = j::Regex {
                pattern: "^a",
                ignore_case: true,
                multiline: false,
                program: j::regex::Program {
                    code: &[
                        j::regex::Instruction::Start,
                        j::regex::Instruction::Char { char: 'A', back: false },
                        j::regex::Instruction::Match
                    ],
                    classes: &[],
                    loops: &[],
                    groups: 0usize,
                },
            };
            j::Function::regex(&REGEX)
        }])"#,
    );
}

#[test]
fn parentheses_of_conditions_stay() {
    check(
        "$v.a and (($v.b or $v.c))",
        r#"Ok(j::Data::from(
            j::fields_of(q.variable(0), &["a"]).truthy()?
                && (j::fields_of(q.variable(0), &["b"]).truthy()? || j::fields_of(q.variable(0), &["c"]).truthy()?)
        ))"#,
    );
}

#[test]
fn steps_are_closures() {
    check(
        "$sum($states.input.items.(price * qty))",
        r#"q.builtin(&j::functions::SUM, &j::Data::Undefined, [
            j::Steps::at(q, q.input(), &["items"])
                .last(&|it| j::multiply(j::field(it, "price"), j::field(it, "qty")))?
                .end()
        ])"#,
    );
    check(
        "$v.a[b and -c > 2].d[0][]",
        r#"Ok(j::Steps::at(q, q.variable(0), &[])
            .step(&|it| j::filter(q, &j::field(it, "a"), &|it| Ok(j::Data::from(
                j::field(it, "b").truthy()? && j::greater(&j::negate(&j::name(it, "c"))?, &j::integer(2))?.truthy()?
            ))))?
            .last(&|it| Ok(j::nth(&j::field(it, "d"), 0)))?
            .end_keep())"#,
    );
    check(
        "$v.a^(>x){k: n}",
        r#"j::Steps::at(q, q.variable(0), &["a"])
            .sort(&[j::Term { descending: true, key: &|it| Ok(j::name(it, "x")) }])?
            .group(&[j::Pair { key: &|it| Ok(j::name(it, "k")), value: &|it| Ok(j::name(it, "n")) }])"#,
    );
}

#[test]
fn tuples_carry_bindings() {
    check(
        "$v.a@$x.b#$i.[$x, $i, %]",
        r#"Ok(j::Steps::at(q, q.variable(0), &[]).tuples(3, &[])
            .step(j::Binds { focus: Some(0), ..j::Binds::NONE }, &|it, b1| Ok(j::name(it, "a")))?
            .step(j::Binds { index: Some(1), ancestors: &[2], ..j::Binds::NONE }, &|it, b1| Ok(j::name(it, "b")))?
            .step(j::Binds::NONE, &|it, b1| Ok(
                j::Elements::new().all(b1[0].clone()).all(b1[1].clone()).all(b1[2].clone()).constructed()
            ))?
            .end())"#,
    );
}

#[test]
fn variables_are_lets_unless_functions_stand_in_between() {
    check(
        "($x := 1; $x := $x + 1; $x)",
        "Ok({ let x = j::integer(1); let x = j::add(&x, &j::integer(1))?; x.clone() })",
    );
    check(
        "($f := function($n) { $n < 1 ? 0 : $f($n - 1) }; $f(5))",
        r#"{
            let f = j::lambda("f", 1, None, move |q, me, args| {
                let f = j::Data::Function(me.clone());
                let [n] = j::arguments(args);
                if j::less(&n, &j::integer(1))?.truthy()? {
                    Ok(j::integer(0))
                } else {
                    q.tail_call(&f, [j::subtract(&n, &j::integer(1))?])
                }
            });
            q.call(&f, &j::Data::Undefined, [j::integer(5)])
        }"#,
    );
    check(
        "($a := function() { $b() }; $b := function() { 1 }; $a())",
        r#"{
            let b = q.shared(j::Data::Undefined);
            let a = { let b = b.clone(); j::lambda("a", 0, None, move |q, me, args| { q.tail_call(&j::read(&b), []) }) };
            j::assign(&b, j::lambda("b", 0, None, move |q, me, args| { Ok(j::integer(1)) }));
            q.call(&a, &j::Data::Undefined, [])
        }"#,
    );
    check(
        "($v ? $x := 1; $x)",
        "Ok({
            let x = q.shared(j::Data::Undefined);
            let _ = if j::operand(q.variable(0)).truthy()? { j::assign(&x, j::integer(1)) } else { j::Data::Undefined };
            j::read(&x)
        })",
    );
}

#[test]
fn functions_take_along_what_they_read() {
    check(
        "($y := 1; $map($v, function($x) { $x + $y }))",
        "{ let y = j::integer(1); j::map(q, &j::operand(q.variable(0)), &|x, _| j::add(x, &y)) }",
    );
    check(
        "($y := 1; $single($v, function($x) { $x + $y }))",
        r#"{
            let y = j::integer(1);
            q.builtin(&j::functions::SINGLE, &j::Data::Undefined, [
                j::Data::from(q.variable(0)),
                {
                    let y = y.clone();
                    j::lambda("lambda", 1, None, move |q, me, args| { let [x] = j::arguments(args); j::add(&x, &y) })
                }
            ])
        }"#,
    );
}

#[test]
fn items_are_not_copied_before_a_function_takes_them_along() {
    check(
        "$map($v.a, function($x) { $x.n & $x })",
        r#"j::map(q, &j::fields_of(q.variable(0), &["a"]), &|x, _|
            j::concatenate(&[j::field(x, "n"), j::operand(x)])
        )"#,
    );
    check(
        "$map($v, function($x) { function() { function() { $x } } })",
        r#"j::map(q, &j::operand(q.variable(0)), &|x, _| Ok({
            let x = x.to_data();
            j::lambda("lambda", 0, None, move |q, me, args| { Ok({
                let x = x.clone();
                j::lambda("lambda", 0, None, move |q, me, args| { Ok(x.clone()) })
            }) })
        }))"#,
    );
}

#[test]
fn what_is_joined_need_not_be_made_a_text_first() {
    check(
        "'item-' & $string($v.id)",
        r#"j::concatenate(&[j::operand(&j::text("item-")), j::fields_of(q.variable(0), &["id"])])"#,
    );
    check(
        "$string($v.id, true) & ''",
        r#"j::concatenate(&[
            j::operand(&q.builtin(
                &j::functions::STRING,
                &j::Data::Undefined,
                [j::names_of(q.variable(0), &["id"]), j::Data::TRUE]
            )?),
            j::operand(&j::text(""))
        ])"#,
    );
}

#[test]
fn functions_that_are_written_out_need_not_be_values() {
    check(
        "$reduce($v.a, function($sum, $x) { $sum + $x.n }, 10)",
        r#"j::reduce(
            q,
            &j::fields_of(q.variable(0), &["a"]),
            &|sum, x| j::add(sum, j::field(x, "n")),
            &j::integer(10)
        )"#,
    );
    check(
        "$v ~> $reduce(function($a, $b) { $a & $b })",
        r#"j::reduce(
            q,
            &j::Data::from(q.variable(0)),
            &|a, b| j::concatenate(&[j::operand(a), j::operand(b)]),
            &j::Data::Undefined
        )"#,
    );
    check(
        "$map($v, function($x, $i) { $i })",
        "j::map(q, &j::operand(q.variable(0)), &|x, i| { let i = j::Data::from(i); Ok(i.clone()) })",
    );
}

#[test]
fn arrays_and_objects_without_anything_to_evaluate_are_built_once() {
    check(
        "$v.kind in ['a', [1]]",
        r#"Ok(j::Data::from(j::is_in(&j::fields_of(q.variable(0), &["kind"]), &{
            static CONSTANT: j::Constant = j::Constant::new(|| j::Elements::new()
                .all(j::text("a"))
                .one(j::Elements::new().all(j::integer(1)).end())
                .end());
            CONSTANT.operand()
        })))"#,
    );
    check(
        "{'a': {'b': [-1]}, 'c': $v}",
        r#"Ok(j::object([
            ("a", {
                static CONSTANT: j::Constant = j::Constant::new(|| j::object([("b", j::Elements::new().all(j::integer(-1)).end())]));
                CONSTANT.data()
            }),
            ("c", j::Data::from(q.variable(0)))
        ]))"#,
    );
    // A path keeps the arrays that it makes apart.
    check(
        "$v.[1, 2]",
        r#"Ok(j::Steps::at(q, q.variable(0), &[])
            .last(&|it| Ok(j::Elements::new().all(j::integer(1)).all(j::integer(2)).constructed()))?
            .end())"#,
    );
}

#[test]
fn a_document_is_the_context_outside_of_machines() {
    assert_eq!(code("a", false), squeezed(r#"Ok(j::name(it, "a"))"#));
    assert_eq!(code("$", false), squeezed("Ok(j::context(it).to_data())"));
    let object =
        r#"Ok({ let group = j::grouped(it); let it = group.item(); j::object([("k", j::name(it, "a"))]) })"#;
    assert_eq!(code("{'k': a}", false), squeezed(object));
    check(
        "{'k': $v}",
        r#"Ok(j::object([("k", j::Data::from(q.variable(0)))]))"#,
    );
}
