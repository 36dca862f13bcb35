//! What is no expression: its code and where it is.

use super::{MAX_DEPTH, parse};
use crate::diagnostic::Code;

#[track_caller]
fn assert_refused(text: &str, code: &str, part: &str) {
    let problem = parse(text).expect_err(text);
    assert_eq!(
        (problem.code, &text[problem.range.clone()]),
        (code, part),
        "{text}: {problem:?}"
    );
}

#[test]
fn tokens_that_do_not_end() {
    assert_refused("1 & 'abc", "S0101", "'");
    assert_refused("'abc\\", "S0101", "\\");
    assert_refused("1e400", "S0102", "1e400");
    assert_refused(r"'it\'s'", "S0103", r"\'");
    assert_refused(r#""\u12g4""#, "S0104", r"\u");
    assert_refused(r#""\ud83d x""#, "S0104", r"\ud83d");
    assert_refused("a.`b", "S0105", "`");
    assert_refused("1 /* 2", "S0106", "/*");
    assert_refused("$f(//)", "S0301", "//");
    assert_refused("$f(/a[/)", "S0302", "/");
}

#[test]
fn tokens_where_none_of_their_kind_can_stand() {
    assert_refused("1 2", "S0201", "2");
    assert_refused("a;", "S0201", ";");
    assert_refused("1..3", "S0201", "..");
    assert_refused("2 ** 3", "S0201", "**");
    assert_refused("[1:2]", "S0202", ":");
    assert_refused("{'a', 1}", "S0202", ",");
    assert_refused("$f(1", "S0203", "");
    assert_refused("(1 +", "S0203", "");
    assert_refused("[1!2]", "S0204", "!");
    assert_refused("1 +", "S0207", "");
    assert_refused("  ", "S0207", "");
    assert_refused("a.", "S0207", "");
    assert_refused("a == b", "S0211", "=");
    assert_refused("a ?? b", "S0211", "?");
    assert_refused("[1,]", "S0211", "]");
    // A slash directly after an opening bracket is read as the operator.
    assert_refused("(/a/)", "S0211", "/");
}

#[test]
fn parts_that_do_not_fit_together() {
    assert_refused("function($x, y){1}", "S0208", "y");
    assert_refused("function(?){1}", "S0208", "?");
    assert_refused("[1]{'a': $}[0]", "S0209", "[0]");
    assert_refused("*{'a': $}#$i[0]", "S0209", "[0]");
    assert_refused("a{'a': b}{'c': d}", "S0210", "{'c': d}");
    assert_refused("$a[0] := 1", "S0212", "$a");
    assert_refused("a.1", "S0213", "1");
    assert_refused("null.a", "S0213", "null");
    assert_refused("a@b", "S0214", "b");
    assert_refused("a[0]@$v", "S0215", "@$v");
    assert_refused("a^(b)@$v", "S0216", "@$v");
    assert_refused("%", "S0217", "%");
    assert_refused("a.%.%", "S0217", "%");
    assert_refused("$x.%", "S0217", "%");
    assert_refused("λ($x)<s<n>>{1}", "S0401", "<s<n>>");
    assert_refused("λ($x)<(sa<n>)>{1}", "S0402", "<(sa<n>)>");
}

#[test]
fn habits_from_elsewhere_get_a_hint() {
    for (text, hint) in [
        ("a == b", "a single `=`"),
        ("a && b", "`and`"),
        ("a || b", "`or`"),
        ("!a", "$not"),
        ("a ?? b", "$exists"),
        ("a ?: b", "2.0.6"),
        ("2 ** 3", "$power"),
        ("$.book[?(@.price < 10)]", "book[price < 10]"),
        (r"'it\'s'", "double quotes"),
        ("$x := 1; $x", "parentheses"),
    ] {
        let hinted = parse(text).expect_err(text).hint.unwrap_or_default();
        assert!(hinted.contains(hint), "{text}: {hinted}");
    }
}

#[test]
fn nesting_is_bounded() {
    let open = |open: &str, close: &str, levels: usize| open.repeat(levels) + "1" + &close.repeat(levels);
    let chain = |levels: usize| "a".to_owned() + &" & a".repeat(levels);
    let left = |levels: usize| "(".repeat(levels) + "1" + &" + 1 + 1)".repeat(levels);
    for text in [
        open("(", ")", 100_000),
        open("[", "]", 100_000),
        open("{'a':", "}", 100_000),
        open("$f(", ")", 100_000),
        open("-", "", 100_000),
        open("function(){", "}", 100_000),
        open("a ? 1 : ", "", 100_000),
        open("x[", "]", 100_000),
        chain(100_000),
        left(150),
        "$f".to_owned() + &"()".repeat(100_000),
        "1".to_owned() + &" ~> $f".repeat(100_000),
    ] {
        assert_eq!(
            parse(&text).unwrap_err().diagnostic,
            Code::ExpressionTooDeep,
            "{}…",
            &text[..20]
        );
    }
    for text in [
        open("(", ")", 190),
        open("[", "]", 190),
        open("{'a':", "}", 190),
        chain(190),
    ] {
        assert!(parse(&text).is_ok(), "{}…", &text[..20]);
    }
    // A path is flat, however long.
    assert!(parse(&("a".to_owned() + &".a".repeat(10 * MAX_DEPTH))).is_ok());
}
