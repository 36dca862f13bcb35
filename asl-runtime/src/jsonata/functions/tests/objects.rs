use super::support::{NOTHING, check, lambda, message, result_of, sequence};
use crate::jsonata::{Data, Function, functions};

fn values(text: &str) -> Data {
    crate::Value::from_json(text).unwrap().into()
}

#[test]
fn members_are_listed() {
    check(
        "keys",
        &[
            (r#"[{"b":1,"a":2}]"#, r#"["b","a"]"#),
            (r#"[{"a":1}]"#, r#""a""#),
            (r#"[[{"a":1},{"b":1,"a":2},[{"c":1}],5]]"#, r#"["a","b","c"]"#),
            ("[{}]", "undefined"),
            ("[5]", "undefined"),
        ],
    );
    check(
        "lookup",
        &[
            (r#"[{"a":[1]}, "a"]"#, "[1]"),
            (r#"[{"a":1}, "b"]"#, "undefined"),
            (r#"[[{"a":1},{"a":[2,3]},{}], "a"]"#, "[1,2,3]"),
            (r#"[[{"a":1}], "a"]"#, "1"),
            (r#"["text", "length"]"#, "undefined"),
        ],
    );
    check(
        "spread",
        &[
            (r#"[{"a":1,"b":2}]"#, r#"[{"a":1},{"b":2}]"#),
            (r#"[{"a":1}]"#, r#"{"a":1}"#),
            (r#"[[{"a":1}]]"#, r#"[{"a":1}]"#),
            (r#"[[{"a":1,"b":2},3]]"#, r#"[{"a":1},{"b":2},3]"#),
            ("[[]]", "undefined"),
            ("[{}]", "undefined"),
            ("[7]", "7"),
        ],
    );
}

#[test]
fn members_are_merged_and_chosen() {
    check(
        "merge",
        &[
            (r#"[[{"a":1,"b":1},{"a":{"c":2}}]]"#, r#"{"a":{"c":2},"b":1}"#),
            (r#"[{"a":1}]"#, r#"{"a":1}"#),
            ("[[]]", "{}"),
            ("[[1]]", "T0412"),
        ],
    );
    assert_eq!(
        result_of("merge", [sequence(r#"[{"a":1},{"b":2}]"#)]),
        r#"{"a":1,"b":2}"#
    );
    let object = || values(r#"{"a":1,"b":0,"c":"x"}"#);
    assert_eq!(
        result_of("sift", [object(), lambda(1, |args| Ok(args[0].clone()))]),
        r#"{"a":1,"c":"x"}"#
    );
    let is_b = lambda(2, |args| Ok((args[1].as_str() == Some("b")).into()));
    assert_eq!(result_of("sift", [object(), is_b]), r#"{"b":0}"#);
    assert_eq!(
        result_of("sift", [object(), lambda(1, |_| Ok(NOTHING))]),
        "undefined"
    );
    let key_and_size = lambda(3, |args| {
        Ok(Data::array(vec![args[1].clone(), args[2].members().len().into()]))
    });
    assert_eq!(
        result_of("each", [object(), key_and_size]),
        r#"[["a",3],["b",3],["c",3]]"#
    );
    assert_eq!(
        result_of(
            "each",
            [values(r#"{"a":1}"#), lambda(1, |args| Ok(args[0].clone()))]
        ),
        "1"
    );
    assert_eq!(
        result_of("each", [NOTHING, lambda(1, |args| Ok(args[0].clone()))]),
        "undefined"
    );
    check("clone", &[(r#"[{"a":[1]}]"#, r#"{"a":[1]}"#), ("[5]", "T0410")]);
}

#[test]
fn things_have_types() {
    check(
        "type",
        &[
            ("[null]", r#""null""#),
            ("[true]", r#""boolean""#),
            ("[1]", r#""number""#),
            (r#"[""]"#, r#""string""#),
            ("[[]]", r#""array""#),
            ("[{}]", r#""object""#),
        ],
    );
    assert_eq!(
        result_of("type", [Function::builtin(&functions::SUM)]),
        r#""function""#
    );
}

#[test]
fn truth_is_in_the_content() {
    for (value, expected) in [
        ("[null]", "false"),
        ("[0]", "false"),
        ("[-1]", "true"),
        (r#"["false"]"#, "true"),
        (r#"[""]"#, "false"),
        ("[[]]", "false"),
        ("[[0,[[]]]]", "false"),
        ("[[0,1]]", "true"),
        ("[{}]", "false"),
        (r#"[{"a":0}]"#, "true"),
    ] {
        check("boolean", &[(value, expected)]);
        check(
            "not",
            &[(value, if expected == "true" { "false" } else { "true" })],
        );
        check("exists", &[(value, "true")]);
    }
    assert_eq!(result_of("exists", [NOTHING]), "false");
}

#[test]
fn failures_have_messages() {
    assert_eq!(message("error", ["It's over".into()]), "D3137: It's over");
    assert_eq!(message("error", []), "D3137: $error() function evaluated");
    check(
        "assert",
        &[
            ("[true]", "undefined"),
            (r#"[true, "x"]"#, "undefined"),
            ("[1]", "T0410"),
        ],
    );
    assert_eq!(
        message("assert", [false.into(), "too much".into()]),
        "D3141: too much"
    );
    assert_eq!(message("assert", [NOTHING]), "D3141: $assert() statement failed");
}
