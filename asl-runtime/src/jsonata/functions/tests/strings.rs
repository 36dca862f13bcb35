use super::support::{NOTHING, call, check, failure, lambda, message, regex, result_of};
use crate::{
    json,
    jsonata::{Data, Function},
};

#[test]
fn anything_has_a_text() {
    check(
        "string",
        &[
            (r#"["a"]"#, r#""a""#),
            ("[1.50]", r#""1.5""#),
            ("[null]", r#""null""#),
            ("[true]", r#""true""#),
            (r#"[{"a":[1,"b"]}]"#, r#""{\"a\":[1,\"b\"]}""#),
            (r#"[{"a":1}, true]"#, r#""{\n  \"a\": 1\n}""#),
            (r#"[[], true]"#, r#""[]""#),
            ("[9007199254740993]", r#""9007199254740993""#),
        ],
    );
    assert_eq!(
        result_of("string", [Function::builtin(&crate::jsonata::functions::SUM)]),
        r#""""#
    );
    assert_eq!(result_of("string", [Data::NonFinite(f64::INFINITY)]), "D3001");
}

#[test]
fn positions_count_characters() {
    check(
        "substring",
        &[
            (r#"["hello", 1]"#, r#""ello""#),
            (r#"["hello", 1, 3]"#, r#""ell""#),
            (r#"["hello", -3]"#, r#""llo""#),
            (r#"["hello", -3, 2]"#, r#""ll""#),
            (r#"["hello", -30, 2]"#, r#""he""#),
            (r#"["hello", 9]"#, r#""""#),
            (r#"["hello", 2, 0]"#, r#""""#),
            (r#"["hello", 2, -1]"#, r#""""#),
            (r#"["hello", 1.9, 1.2]"#, r#""el""#),
            (r#"["hello", -3, 9]"#, r#""llo""#),
            (r#"["😀é b", 1, 2]"#, r#""é ""#),
            (r#"["😀é b", -1]"#, r#""b""#),
        ],
    );
    check("length", &[(r#"["😀é"]"#, "2"), (r#"[""]"#, "0")]);
    check(
        "pad",
        &[
            (r#"["é", 3]"#, r#""é  ""#),
            (r#"["é", -3, "ab"]"#, r#""abé""#),
            (r#"["é", 4, "😀-"]"#, r#""é😀-😀""#),
            (r#"["abc", 2]"#, r#""abc""#),
            (r#"["a", 2.7, ""]"#, r#""a ""#),
            (r#"["a", 1e15]"#, "U1001"),
        ],
    );
}

#[test]
fn parts_are_found() {
    check(
        "substringBefore",
        &[(r#"["a-b-c", "-"]"#, r#""a""#), (r#"["abc", "-"]"#, r#""abc""#)],
    );
    check(
        "substringAfter",
        &[(r#"["a-b-c", "-"]"#, r#""b-c""#), (r#"["abc", "-"]"#, r#""abc""#)],
    );
    check(
        "trim",
        &[
            (r#"["  a \n\tb  "]"#, r#""a b""#),
            (r#"["\u00a0a"]"#, "\"\u{a0}a\""),
            (r#"[" "]"#, r#""""#),
        ],
    );
    check("uppercase", &[(r#"["straße"]"#, r#""STRASSE""#)]);
    check("lowercase", &[(r#"["ÀB"]"#, r#""àb""#)]);
    check(
        "contains",
        &[
            (r#"["abc", "bc"]"#, "true"),
            (r#"["abc", "cb"]"#, "false"),
            (r#"["abc", ""]"#, "true"),
        ],
    );
    assert_eq!(result_of("contains", ["abc".into(), regex("^b")]), "false");
    assert_eq!(result_of("contains", ["abc".into(), regex("b?c$")]), "true");
}

#[test]
fn texts_are_split_and_joined() {
    check(
        "split",
        &[
            (r#"["a,b,,c", ","]"#, r#"["a","b","","c"]"#),
            (r#"["a,b,c", ",", 2]"#, r#"["a","b"]"#),
            (r#"["a,b,c", ",", 1.5]"#, r#"["a"]"#),
            (r#"["a,b,c", ",", 0]"#, "[]"),
            (r#"["a", ",", -1]"#, "D3020"),
            (r#"["", ","]"#, r#"[""]"#),
            (r#"["", ""]"#, "[]"),
            (r#"["é😀", ""]"#, r#"["é","😀"]"#),
        ],
    );
    let split = |text: &str, pattern, limit: Data| result_of("split", [text.into(), regex(pattern), limit]);
    assert_eq!(split("a1b22c", r"\d+", NOTHING), r#"["a","b","c"]"#);
    assert_eq!(split("a1b22c", r"\d+", 2_i64.into()), r#"["a","b"]"#);
    assert_eq!(split("a1b22c", r"\d+", 9_i64.into()), r#"["a","b","c"]"#);
    assert_eq!(split("a1b22c", r"\d+", 0_i64.into()), "[]");
    assert_eq!(split("abc", r"\d+", NOTHING), r#"["abc"]"#);
    check(
        "join",
        &[
            (r#"[["a","b"], "-"]"#, r#""a-b""#),
            (r#"[["a","b"]]"#, r#""ab""#),
            (r#"["a", "-"]"#, r#""a""#),
            ("[[]]", r#""""#),
        ],
    );
}

#[test]
fn matches_are_objects() {
    let matches = |text: &str, pattern, limit: Data| result_of("match", [text.into(), regex(pattern), limit]);
    let one = r#"{"match":"b2","index":1,"groups":["2"]}"#;
    assert_eq!(matches("éb2", r"b(\d)", NOTHING), one);
    assert_eq!(
        matches("😀b1é b2", r"b(\d)", NOTHING),
        r#"[{"match":"b1","index":2,"groups":["1"]},{"match":"b2","index":6,"groups":["2"]}]"#
    );
    assert_eq!(matches("éb2b3", r"b(\d)", 1_i64.into()), one);
    assert_eq!(matches("b", r"c", NOTHING), "undefined");
    assert_eq!(matches("b", r"b", 0_i64.into()), "undefined");
    assert_eq!(matches("b", r"b", (-1_i64).into()), "D3040");
    assert_eq!(matches("ab", r"x*", NOTHING), "D1004");
    assert_eq!(
        matches("b", r"(a)?b", NOTHING),
        r#"{"match":"b","index":0,"groups":[null]}"#
    );
}

#[test]
fn functions_can_match_too() {
    // Finds the letter b once.
    let finder = || {
        lambda(1, |args| {
            let text = args[0].as_str().unwrap_or_default();
            let Some(at) = text.find('b') else {
                return Ok(Data::Undefined);
            };
            Ok(json!({ "match": "b", "start": at, "end": at + 1, "groups": ["g"] }).into())
        })
    };
    assert_eq!(
        result_of("match", ["abc".into(), finder()]),
        r#"{"match":"b","index":1,"groups":["g"]}"#
    );
    assert_eq!(result_of("split", ["abc".into(), finder()]), r#"["a","c"]"#);
    assert_eq!(result_of("contains", ["xyz".into(), finder()]), "false");
    assert_eq!(
        result_of("replace", ["abc".into(), finder(), "<$1>".into()]),
        r#""a<g>c""#
    );
    let wrong = lambda(1, |_| Ok(json!({ "match": 1 }).into()));
    assert_eq!(
        message("contains", ["a".into(), wrong]),
        "T1010: The matcher function argument passed to function \"contains\" does not return the correct object \
        structure"
    );
    let failing = lambda(1, |_| Err(failure()));
    assert_eq!(result_of("match", ["a".into(), failing]), "D3137");
}

#[test]
fn texts_are_replaced() {
    check(
        "replace",
        &[
            (r#"["aXbX", "X", "-$0"]"#, r#""a-$0b-$0""#),
            (r#"["aXbX", "X", "", 1]"#, r#""abX""#),
            (r#"["aXbX", "X", "-", 0]"#, r#""aXbX""#),
            (r#"["a", "", "-"]"#, "D3010"),
            (r#"["a", "b", "-", -1]"#, "D3011"),
            (r#"["a.b", ".", "-"]"#, r#""a-b""#),
        ],
    );
    let replace =
        |text: &str, pattern, with: &str| result_of("replace", [text.into(), regex(pattern), with.into()]);
    assert_eq!(replace("a1b2", r"(\w)(\d)", "$2$1$$$0;"), r#""1a$a1;2b$b2;""#);
    assert_eq!(replace("a1", r"\d", "<$1>$x$"), r#""a<>$x$""#);
    assert_eq!(replace("a1", r"(a)(\d)", "$3|$12"), r#""|a2""#);
    assert_eq!(
        replace("abcdefghijkl", "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", "$11,$12,$1"),
        r#""k,a2,al""#
    );
    assert_eq!(replace("abc", "z", "-"), r#""abc""#);
    let upper = lambda(1, |args| {
        Ok(args[0]
            .get("match")
            .as_str()
            .unwrap_or_default()
            .to_uppercase()
            .into())
    });
    assert_eq!(
        result_of("replace", ["abc".into(), regex("[bc]"), upper]),
        r#""aBC""#
    );
    let number = || lambda(1, |_| Ok(1_i64.into()));
    assert_eq!(
        result_of("replace", ["abc".into(), regex("b"), number()]),
        "D3012"
    );
    assert_eq!(
        result_of("replace", ["abc".into(), "b".into(), number()]),
        "D3012"
    );
}

#[test]
fn growth_is_bounded() {
    let long = "a".repeat(10_000);
    assert_eq!(
        result_of(
            "replace",
            [long.as_str().into(), "a".into(), long.as_str().into()]
        ),
        "U1001"
    );
    let many: Data = vec![json!(long.clone()); 3_000]
        .into_iter()
        .map(Data::from)
        .collect::<crate::jsonata::Gather>()
        .into_array();
    assert_eq!(result_of("join", [many]), "U1001");
}

#[test]
fn urls_and_base64() {
    check("encodeUrl", &[(r#"["a b/é?"]"#, r#""a%20b/%C3%A9?""#)]);
    check(
        "encodeUrlComponent",
        &[(r#"["a b/é?"]"#, r#""a%20b%2F%C3%A9%3F""#)],
    );
    check("decodeUrl", &[(r#"["a%20b%2F"]"#, r#""a b%2F""#)]);
    check("decodeUrlComponent", &[(r#"["a%20b%2F"]"#, r#""a b/""#)]);
    assert_eq!(
        message("decodeUrl", ["%".into()]),
        "D3140: Malformed URL passed to $decodeUrl(): \"%\""
    );
    assert_eq!(
        message("decodeUrlComponent", ["%ff".into()]),
        "D3140: Malformed URL passed to $decodeUrlComponent(): \"%ff\""
    );
    check(
        "base64encode",
        &[
            (r#"["user:pass"]"#, r#""dXNlcjpwYXNz""#),
            (r#"["é"]"#, r#""6Q==""#),
            (r#"["€"]"#, r#""4oKs""#),
        ],
    );
    check(
        "base64decode",
        &[
            (r#"["dXNlcjpwYXNz"]"#, r#""user:pass""#),
            (r#"["6Q"]"#, r#""é""#),
            (r#"["d X-_\n=="]"#, "\"u\u{7f}\u{bf}\""),
            (r#"[""]"#, r#""""#),
        ],
    );
    assert!(call("base64decode", [NOTHING]).unwrap().is_undefined());
}
