//! What is told about expressions that could be parsed.

use crate::jsonata::{Surroundings, builtins, check, parse, variables};

/// Each problem: its codes, the text that it points at, its message.
fn told_with(text: &str, context: bool) -> Vec<String> {
    let surroundings = Surroundings {
        states: &["input", "context"],
        variables: &["order", "prices"],
        context,
    };
    let problems = check(&parse(text).unwrap(), &surroundings);
    let line = |code: &str| {
        if code.is_empty() {
            String::new()
        } else {
            format!(" {code}")
        }
    };
    problems
        .iter()
        .map(|it| {
            format!(
                "{}{} [{}] {}",
                it.diagnostic,
                line(it.code),
                &text[it.range.clone()],
                it.message
            )
        })
        .collect()
}

fn told(text: &str) -> Vec<String> {
    told_with(text, false)
}

fn hints(text: &str) -> String {
    let surroundings = Surroundings {
        states: &["input", "context"],
        variables: &["order"],
        context: false,
    };
    let problems = check(&parse(text).unwrap(), &surroundings);
    problems
        .into_iter()
        .filter_map(|it| it.hint)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_is_right_is_left_alone() {
    for text in [
        "$states.input.total > 100 and $order.total < $states.context.limit",
        "$sum($states.input.items.(price * qty))",
        "$states.input.items[price > $order.limit and $contains(name, /x/i)].{name: $uppercase()}",
        "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5))",
        "($even := function($n) { $n = 0 or $odd($n - 1) }; $odd := function($n) { $n > 0 and $even($n - 1) }; $even(4))",
        "$states.input.a@$x.b#$i.{'x': $x, 'i': $i}",
        "$states.input.(a@$x.b).($x)",
        "$map($states.input.items, function($v, $i) { $v & $i })",
        "$states.input.items ~> $map($uppercase) ~> $join(', ')",
        "$states.input ~> |items|{'price': price * 2}, ['qty']|",
        "$reduce($prices, function($a, $b) { $a + $b })",
        "$substring(?, 0, 5)($states.input.name)",
        "$uppercase ~> $trim",
        "$zip($prices, $prices, $prices)",
        "$string($order) & $random() & $uuid() & $hash('x', 'MD5')",
        "$split('a b', ' ')[0]",
        "$states",
        "$sum([1, 2..3, $order.x, $states.input.prices])",
        "$states.input.items{name: $sum(price)}",
        "$lookup($order, 'a')[$ > 1]",
    ] {
        assert_eq!(told(text), [""; 0], "{text}");
    }
}

#[test]
fn there_is_no_context() {
    assert_eq!(
        told("name"),
        ["ASL193 [name] `name` is a field of the context value, and there is none here"]
    );
    assert_eq!(
        told("$.a + $$.b"),
        [
            "ASL193 [$] there is no context value here, which `$` means",
            "ASL193 [$$] there is no root value, which `$$` means"
        ]
    );
    assert_eq!(
        told("{a: $}"),
        [
            "ASL193 [a] `a` is a field of the context value, and there is none here",
            "ASL193 [$] there is no context value here, which `$` means"
        ]
    );
    // A function has the context of the place where it is defined.
    assert_eq!(
        told("$map($order, function() { $ & name })"),
        [
            "ASL193 [$] there is no context value here, which `$` means",
            "ASL193 [name] `name` is a field of the context value, and there is none here"
        ]
    );
    assert_eq!(told("$order.(function() { $ & name }())"), [""; 0]);
    // There is no root value wherever it is asked for.
    assert_eq!(
        told("$order[a = $$.b]"),
        ["ASL193 [$$] there is no root value, which `$$` means"]
    );
    assert_eq!(
        told("*"),
        ["ASL197 [*] `*` goes over the context value, and there is none here"]
    );
    assert!(told_with("name & $.a & $$.b & *", true).is_empty());
    assert!(hints("$.a").contains("`$states.input.a`"));
    assert!(hints("$$.Execution.Id").contains("`$states.context.Execution`"));
    assert!(hints("order.total").contains("`$order`"));
    assert!(hints("True").contains("`true`"));
    assert!(hints("States.Format('{}', $order)").contains("JSONPath"));
}

#[test]
fn states_has_the_members_of_the_field() {
    assert_eq!(
        told("$states.result.a"),
        ["ASL194 [result] `$states.result` does not exist here"]
    );
    assert_eq!(
        told("$states.'errorOutput'"),
        ["ASL194 ['errorOutput'] `$states.errorOutput` does not exist here"]
    );
    assert_eq!(
        told("$order[$states.imput.a = 1]"),
        ["ASL194 [imput] `$states` has no member `imput`"]
    );
    assert!(hints("$states.imput").contains("`$states.input`"));
    assert!(hints("$states.x").contains("`input` and `context`"));
}

#[test]
fn names_must_be_known() {
    assert_eq!(
        told("$uppercas('a') & $ordr"),
        [
            "ASL195 T1006 [$uppercas] there is no function `$uppercas`",
            "ASL196 [$ordr] no state assigns the variable `$ordr`"
        ]
    );
    assert_eq!(
        told("($x := 1; ($y := 2); $y)"),
        ["ASL196 [$y] no state assigns the variable `$y`"]
    );
    assert_eq!(
        told("$order.a@$x.b & $x"),
        ["ASL196 [$x] no state assigns the variable `$x`"]
    );
    assert_eq!(
        told("$order()"),
        ["ASL197 T1006 [$order] `$order` is a value, not a function"]
    );
    assert_eq!(
        told("$order.(uppercase('a'))"),
        ["ASL197 T1005 [uppercase] `uppercase` is a field, not a function"]
    );
    assert_eq!(
        told("uppercase('a')"),
        ["ASL193 T1005 [uppercase] `uppercase` is a field, not a function"]
    );
    assert!(hints("$ordr").contains("`$order`"));
    assert!(hints("$map($order, $uppercas)").contains("`$uppercase`"));
    assert!(hints("uppercase('a')").contains("`$uppercase`"));
    assert!(hints("$eval('1')").contains("`$parse`"));
    assert!(hints("$concat('a', 'b')").contains("`&`"));
    // A variable of the expression hides a function.
    assert!(told("($count := function($x, $y, $z) { 1 }; $count(1, 2, 3))").is_empty());
}

#[test]
fn arguments_must_be_ones_that_the_function_can_take() {
    for (text, problem) in [
        ("$count()", "T0410 [$count] `$count` needs at least 1 argument"),
        ("$count($order, 1)", "T0410 [1] `$count` takes at most 1 argument"),
        ("$millis(1)", "T0410 [1] `$millis` takes no arguments"),
        (
            "$range(1, 2, 3, 4)",
            "T0410 [4] `$range` takes at most 3 arguments",
        ),
        ("$uuid(1)", "T0410 [1] `$uuid` takes no arguments"),
        (
            "$length(12)",
            "T0410 [12] argument 1 of `$length` is a number, not a string",
        ),
        (
            "$map($order, 'x')",
            "T0410 ['x'] argument 2 of `$map` is a string, not a function",
        ),
        (
            "$contains('a', 1)",
            "T0410 [1] argument 2 of `$contains` is a number, not a string or a function",
        ),
        (
            "$substring('a')",
            "T0410 ['a'] `$substring` needs more arguments than these",
        ),
        (
            "'a' ~> $substring",
            "T0410 ['a'] `$substring` needs more arguments than these",
        ),
        (
            "'a' ~> $substring(1, 2, 3)",
            "T0410 [3] `$substring` takes at most 3 arguments",
        ),
        (
            "$length(1 + 2)",
            "T0410 [1 + 2] argument 1 of `$length` is a number, not a string",
        ),
        (
            "$join(['a', 1])",
            "T0412 [1] `$join` takes an array of which every element is a string; this is a number",
        ),
        (
            "$sum('a')",
            "T0412 ['a'] `$sum` takes an array of which every element is a number; this is a string",
        ),
        (
            "$round($now())",
            "T0410 [$now()] argument 1 of `$round` is a string, not a number",
        ),
    ] {
        assert_eq!(told(text), [format!("ASL197 {problem}")], "{text}");
    }
    assert_eq!(hints("$count()"), "it is `$count(array)`");
}

#[test]
fn pictures_that_are_written_out_can_be_read() {
    for (text, problem) in [
        ("$now('[Y0001]-[M01')", "D3135 [[] this bracket is not closed"),
        (
            "$fromMillis($millis(), '[Y]/[Q]', '+0100')",
            "D3132 [[Q]] there is no component `Q`",
        ),
        ("$now('[ ]')", "D3132 [[ ]] these brackets name no component"),
        (
            "$now('[Y] [HNn]')",
            "D3133 [[HNn]] `H` has no names: only months, days of the week, and am and pm do",
        ),
        // The place is lost where the text is written with escape sequences.
        (r#"$now("\"[Q]")"#, r#"D3132 ["\"[Q]"] there is no component `Q`"#),
    ] {
        assert_eq!(told(text), [format!("ASL197 {problem}")], "{text}");
    }
    assert!(hints("$now('[')").contains("`[[`"));
    assert!(hints("$now('[q]')").contains("`M` month"));
    for text in [
        "$now('[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]')",
        "$now('[[today]] [FNn,3-3] [MNn] [D1o] [h#1][Pn] [E] [C] [zN]')",
        // It need not be there.
        "$fromMillis($order, '[')",
        "$now('[' & $order)",
    ] {
        assert_eq!(told(text), [""; 0], "{text}");
    }
}

#[test]
fn operands_must_be_ones_that_the_operator_can_take() {
    for (text, problem) in [
        (
            "'a' + $order",
            "T2001 ['a'] the left operand must be a number, and this is a string",
        ),
        (
            "1 - null",
            "T2002 [null] the right operand must be a number, and this is null",
        ),
        (
            "-'a'",
            "D1002 ['a'] the negated value must be a number, and this is a string",
        ),
        (
            "$order > true",
            "T2010 [true] only numbers and strings can be ordered, and this is a boolean",
        ),
        ("'1' < 2", "T2009 [2] this is a number, compared with a string"),
        (
            "[1..2.5]",
            "T2004 [2.5] the ends of a range must be whole numbers",
        ),
        (
            "['a'..'b']",
            "T2003 ['a'] the ends of a range must be whole numbers",
        ),
        ("{1: 2}", "T1003 [1] a key must be a string, and this is a number"),
        (
            "$order{1: 2}",
            "T1003 [1] a key must be a string, and this is a number",
        ),
        (
            "$order ~> 1",
            "T2006 [1] the right side of `~>` must be a function",
        ),
    ] {
        assert_eq!(told(text), [format!("ASL197 {problem}")], "{text}");
    }
    assert_eq!(hints("'a' + $order"), "texts are joined with `&`");
}

#[test]
fn variables_are_those_from_outside() {
    let names = |text| {
        variables(&parse(text).unwrap())
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(names("$a + $b.c[$d] & $states.input.e"), ["a", "b", "d"]);
    assert_eq!(names("($a := $b; $a & $c)"), ["b", "c"]);
    assert_eq!(names("$map($list, function($v) { $v + $add })"), ["add", "list"]);
    assert_eq!(names("$x.y@$f#$i.{'f': $f, 'i': $i, 'o': $o}"), ["o", "x"]);
    assert_eq!(names("$ & $$"), [""; 0]);
}

#[test]
fn built_in_functions_are_in_order_with_signatures_that_can_be_read() {
    let names: Vec<_> = builtins::names().collect();
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
    for name in names {
        let builtin = builtins::builtin(name).unwrap();
        let parameters = crate::jsonata::signature::parse(builtin.signature, 0..0)
            .unwrap()
            .parameters;
        let shown = builtin.usage.split(", ").filter(|name| !name.is_empty()).count();
        assert_eq!(parameters.len(), shown, "{name}");
    }
}
