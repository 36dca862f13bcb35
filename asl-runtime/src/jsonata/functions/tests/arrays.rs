use super::support::{NOTHING, call, check, failure, lambda, result_of, sequence};
use crate::jsonata::{Data, Function, Query, Steps, functions, tests::support::Fixed};

fn values(text: &str) -> Data {
    crate::Value::from_json(text).unwrap().into()
}

#[test]
fn arrays_are_appended_and_turned() {
    check(
        "append",
        &[
            ("[[1],[2,3]]", "[1,2,3]"),
            ("[1,2]", "[1,2]"),
            ("[1,[]]", "[1]"),
            ("[[[1]],[2]]", "[[1],2]"),
        ],
    );
    assert_eq!(result_of("append", [NOTHING, values("[1]")]), "[1]");
    assert_eq!(result_of("append", [1_i64.into(), NOTHING]), "1");
    assert_eq!(result_of("append", [sequence("[1]"), values("[]")]), "[1]");
    check(
        "reverse",
        &[("[[1,2,3]]", "[3,2,1]"), ("[5]", "[5]"), ("[[]]", "[]")],
    );
    check(
        "zip",
        &[
            ("[[1,2],[3,4,5]]", "[[1,3],[2,4]]"),
            ("[1,2]", "[[1,2]]"),
            ("[[1],[]]", "[]"),
        ],
    );
    assert_eq!(result_of("zip", [values("[1]"), NOTHING]), "[]");
}

#[test]
fn sorting_is_stable() {
    check(
        "sort",
        &[
            ("[[3,1.5,2]]", "[1.5,2,3]"),
            (r#"[["b","a","B"]]"#, r#"["B","a","b"]"#),
            // In UTF-16 what lies beyond it comes first.
            (r#"[["\ufb01","😀"]]"#, "[\"😀\",\"\u{fb01}\"]"),
            ("[[1,\"a\"]]", "D3070"),
            ("[[true,false]]", "D3070"),
            ("[[true]]", "[true]"),
            ("[5]", "[5]"),
        ],
    );
    let by_length = lambda(2, |args| {
        Ok((args[0].as_str().map(str::len) > args[1].as_str().map(str::len)).into())
    });
    assert_eq!(
        result_of("sort", [values(r#"["ccc","b","aa","a","bb"]"#), by_length]),
        r#"["b","a","aa","bb","ccc"]"#
    );
    assert_eq!(
        result_of("sort", [values("[1,2]"), lambda(2, |_| Err(failure()))]),
        "D3137"
    );
}

#[test]
fn shuffling_keeps_all_items() {
    let shuffled = call("shuffle", [values("[1,2,3,4,5,6]")]).unwrap();
    assert_ne!(
        shuffled.clone().into_value().unwrap(),
        crate::json!([1, 2, 3, 4, 5, 6])
    );
    assert_eq!(result_of("sort", [shuffled]), "[1,2,3,4,5,6]");
}

#[test]
fn duplicates_go_by_deep_equality() {
    check(
        "distinct",
        &[
            (
                r#"[[1,1.0,"1",[1],[1],{"a":1,"b":2},{"b":2,"a":1}]]"#,
                r#"[1,"1",[1],{"a":1,"b":2}]"#,
            ),
            ("[[1,1]]", "[1]"),
            ("[7]", "7"),
        ],
    );
    assert_eq!(result_of("distinct", [sequence("[1,1]")]), "1");
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let items = values(r#"[{"a":1},{"a":1}]"#);
    let path = Steps::from(&q, items).last_names(&["a"]).end_marked();
    assert_eq!(result_of("distinct", [path]), "1");
    let path = Steps::from(&q, values(r#"{"a":[1,1]}"#))
        .last_names(&["a"])
        .end_marked();
    assert_eq!(result_of("distinct", [path]), "[1]");
    for (given, distinct) in [("[1,1]", "1"), ("[[1,1]]", "[1]")] {
        let mapped = sequence(given).into_sequence();
        assert_eq!(result_of("distinct", [mapped]), distinct);
    }
    let function = Function::builtin(&functions::SUM);
    let twice = Data::array(vec![function.clone(), function]);
    assert_eq!(call("distinct", [twice]).unwrap().len(), 1);
}

#[test]
fn functions_are_applied_to_items() {
    let double = || {
        lambda(1, |args| {
            Ok(args[0]
                .as_f64()
                .map_or(NOTHING, |number| Data::number(number * 2.0)))
        })
    };
    assert_eq!(result_of("map", [values("[1,2]"), double()]), "[2,4]");
    assert_eq!(result_of("map", [values("[1]"), double()]), "2");
    assert_eq!(result_of("map", [values("[]"), double()]), "undefined");
    assert_eq!(result_of("map", [values(r#"[1,"a",3]"#), double()]), "[2,6]");
    assert_eq!(result_of("map", [5_i64.into(), double()]), "10");
    let all = lambda(3, |args| {
        Ok(Data::array(vec![
            args[0].clone(),
            args[1].clone(),
            args[2].len().into(),
        ]))
    });
    assert_eq!(
        result_of("map", [values(r#"["a","b"]"#), all]),
        r#"[["a",0,2],["b",1,2]]"#
    );
    let text = Function::builtin(&functions::STRING);
    assert_eq!(result_of("map", [values("[1,2]"), text]), r#"["1","2"]"#);

    let is_odd = || {
        lambda(1, |args| {
            Ok(args[0]
                .as_f64()
                .map_or(NOTHING, |number| Data::number(number % 2.0)))
        })
    };
    assert_eq!(result_of("filter", [values("[1,2,3]"), is_odd()]), "[1,3]");
    assert_eq!(result_of("filter", [values("[1,2]"), is_odd()]), "1");
    assert_eq!(result_of("filter", [values("[2]"), is_odd()]), "undefined");
    assert_eq!(result_of("single", [values("[1,2]"), is_odd()]), "1");
    assert_eq!(result_of("single", [values("[1,3]"), is_odd()]), "D3138");
    assert_eq!(result_of("single", [values("[2]"), is_odd()]), "D3139");
    assert_eq!(result_of("single", [values("[2]")]), "2");
    assert_eq!(result_of("single", [values("[2,3]")]), "D3138");
    for name in ["map", "filter", "single"] {
        assert_eq!(
            result_of(name, [values("[1]"), lambda(1, |_| Err(failure()))]),
            "D3137"
        );
        assert_eq!(result_of(name, [NOTHING, is_odd()]), "undefined");
    }
}

#[test]
fn arrays_are_reduced() {
    let join = || {
        lambda(4, |args| {
            let text = |data: &Data| {
                data.as_f64().map_or_else(
                    || data.as_str().unwrap_or("?").to_owned(),
                    |number| number.to_string(),
                )
            };
            Ok(format!(
                "{}{}@{}/{}",
                text(&args[0]),
                text(&args[1]),
                text(&args[2]),
                args[3].len()
            )
            .into())
        })
    };
    assert_eq!(
        result_of("reduce", [values("[1,2,3]"), join()]),
        r#""12@1/33@2/3""#
    );
    assert_eq!(
        result_of("reduce", [values("[1]"), join(), "x".into()]),
        r#""x1@0/1""#
    );
    assert_eq!(result_of("reduce", [values("[1]"), join()]), "1");
    assert_eq!(result_of("reduce", [values("[]"), join()]), "undefined");
    assert_eq!(result_of("reduce", [values("[]"), join(), 7_i64.into()]), "7");
    assert_eq!(
        result_of("reduce", [values("[1,2]"), lambda(1, |_| Ok(NOTHING))]),
        "D3050"
    );
}
