//! What is read, and what is not.

use super::*;

fn error(text: &str) -> (Range<usize>, String) {
    match parse(text) {
        Ok(node) => panic!("{text} was accepted: {node:?}"),
        Err(error) => (error.range, error.message),
    }
}

#[test]
fn remembers_where_everything_stands() {
    let text = "\u{feff} {\"a\\u0062\": [1, \"x\"]}";
    let root = parse(text).unwrap();
    let [member] = root.members().unwrap() else {
        panic!()
    };
    assert_eq!(
        (member.key.as_str(), &text[member.key_range.clone()]),
        ("ab", r#""a\u0062""#)
    );
    assert_eq!(&text[member.value.range.clone()], "[1, \"x\"]");
    assert_eq!(root.range, 4..text.len());
    let at = text.find("\"x\"").unwrap();
    assert_eq!(root.way_to(at), [Step::Key("ab"), Step::Index(1)]);
}

#[test]
fn keeps_equal_keys_and_lets_the_last_one_count() {
    let root = parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
    assert_eq!(root.members().unwrap().len(), 3);
    let expected = [("a", 3), ("b", 2)].map(|(key, value)| (key.to_owned(), Json::Integer(value)));
    assert_eq!(root.to_json(), Json::Object(expected.into()));
}

#[test]
fn tells_kinds_of_numbers_apart() {
    let cases = [
        ("0", Json::Integer(0)),
        ("-9223372036854775808", Json::Integer(i64::MIN)),
        ("18446744073709551615", Json::Unsigned(u64::MAX)),
        ("18446744073709551616", Json::Float(18_446_744_073_709_551_616.0)),
        ("1.0", Json::Float(1.0)),
        ("-0", Json::Float(-0.0)),
        ("1E3", Json::Float(1000.0)),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).unwrap().to_json(), expected, "{text}");
    }
}

#[test]
fn is_strict() {
    let texts = [
        "{\"a\": 1,}",
        "[1,]",
        "[1 2]",
        "[{} {}]",
        "{\"a\": 1 \"b\": 2}",
        "{a: 1}",
        "{'a': 1}",
        "// c\n1",
        "/* c */ 1",
        "0x1",
        "+1",
        ".5",
        "5.",
        "01",
        "-",
        "1e",
        "Infinity",
        "-Infinity",
        "NaN",
        "\"\\x41\"",
        "\"\\v\"",
        "\"\\\n\"",
        "\"a\tb\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"",
        "1 2",
        "tru",
        "truex",
        "",
        " ",
        "[",
        "{",
        "{\"a\"",
        "{\"a\":",
        "\u{a0}1",
        "\u{b}1",
        "\u{feff}\u{feff}1",
        "]",
        "[}",
        "{]",
        ",",
        ":",
    ];
    for text in texts {
        error(text);
    }
}

#[test]
fn says_where_the_text_goes_wrong() {
    assert_eq!(error("{\"a\": tru}"), (6..9, "expected a JSON value".to_owned()));
    assert_eq!(
        error("\u{feff}[1,]"),
        (5..6, "trailing commas are not allowed".to_owned())
    );
    assert_eq!(
        error("[\"a\u{1}\"]"),
        (3..4, "a control character in a string must be escaped".to_owned())
    );
    assert_eq!(error("  "), (2..2, "the definition is empty".to_owned()));
}

#[test]
fn bounds_the_depth() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(
        parse(&nested(MAX_DEPTH + 1)).unwrap_err().kind,
        ErrorKind::TooDeep
    );
    assert!(parse(&format!("\"{}\"", "[".repeat(MAX_DEPTH + 1))).is_ok());
}

#[test]
fn finds_parts_of_strings_behind_escapes() {
    let text = r#"["\u0041\"é\ud83d\ude00z"]"#;
    let root = parse(text).unwrap();
    let Value::Array(elements) = &root.value else {
        panic!()
    };
    let value = elements[0].as_str().unwrap();
    for (part, written) in [
        ("A", r"\u0041"),
        ("\"", "\\\""),
        ("é", "é"),
        ("😀", r"\ud83d\ude00"),
        ("z", "z"),
    ] {
        let at = value.find(part).unwrap();
        let range = inside_string(text, &elements[0].range, at, part.len());
        assert_eq!(&text[range], written);
    }
}
