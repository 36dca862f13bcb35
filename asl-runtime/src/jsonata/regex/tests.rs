use super::*;
use crate::jsonata::tests::support::{Fixed, regex};

/// The first match and its groups.
fn first(pattern: &'static str, flags: &str, text: &str) -> Option<Vec<Option<String>>> {
    let regex = regex(pattern, flags.contains('i'), flags.contains('m'));
    let found = regex.find(&Query::new(&Fixed::default()), text, 0).unwrap()?;
    let whole = Some((found.start, found.end));
    let spans = std::iter::once(whole).chain(found.groups);
    Some(
        spans
            .map(|span| span.map(|(start, end)| text[start..end].to_owned()))
            .collect(),
    )
}

fn whole(pattern: &'static str, flags: &str, text: &str) -> Option<String> {
    first(pattern, flags, text)?.swap_remove(0)
}

#[track_caller]
fn check(cases: &[(&'static str, &str, Option<&str>)]) {
    for (pattern, text, expected) in cases {
        assert_eq!(
            whole(pattern, "", text).as_deref(),
            *expected,
            "/{pattern}/ on {text:?}"
        );
    }
}

#[test]
fn characters_and_classes() {
    check(&[
        ("b", "abc", Some("b")),
        ("", "abc", Some("")),
        ("a.c", "a\nc abc", Some("abc")),
        ("[^]b", "\nb", Some("\nb")),
        ("[]", "abc", None),
        ("[b-d]+", "abcde", Some("bcd")),
        ("[^a-c]+", "abcde", Some("de")),
        (r"\d+\D\w\W\s\S", "12.a- !", Some("12.a- !")),
        (r"[\d-x]+", "1-x2", Some("1-x2")),
        (r"[a\]b]+", "a]b", Some("a]b")),
        (r"[\b]", "\u{8}", Some("\u{8}")),
        ("[a-]+", "a-b", Some("a-")),
        (r"\x41\u0042\u00e9", "AB\u{e9}", Some("AB\u{e9}")),
        (r"\ud83d\ude00", "\u{1f600}", Some("\u{1f600}")),
        (r"\ud83d", "\u{1f600}", None),
        (
            r"\t\n\v\f\r\0\cA\/\-",
            "\t\n\u{b}\u{c}\r\0\u{1}/-",
            Some("\t\n\u{b}\u{c}\r\0\u{1}/-"),
        ),
        (r"\101", "A", Some("A")),
        (r"\c", r"\c", Some(r"\c")),
        (".", "\u{1f600}", Some("\u{1f600}")),
        ("\u{e9}+", "caf\u{e9}\u{e9}", Some("\u{e9}\u{e9}")),
    ]);
}

#[test]
fn quantifiers() {
    check(&[
        ("a*", "aaa", Some("aaa")),
        ("a*?", "aaa", Some("")),
        ("a+?b", "aaab", Some("aaab")),
        ("a{2}", "aaa", Some("aa")),
        ("a{2,}", "aaaa", Some("aaaa")),
        ("a{1,2}", "aaaa", Some("aa")),
        ("a{1,2}?", "aaaa", Some("a")),
        ("(?:ab){2,3}", "abababab", Some("ababab")),
        ("(?:ab){2,3}?", "abababab", Some("abab")),
        ("(?:a|ab)(?:c|bcd)d*", "abcd", Some("abcd")),
        ("a{,2}", "a{,2}", Some("a{,2}")),
        ("x{", "x{", Some("x{")),
        ("a}", "a}", Some("a}")),
        (".*b", "abab c", Some("abab")),
        (".*?b", "abab c", Some("ab")),
        ("a?", "b", Some("")),
        ("(?:a*)*", "b", Some("")),
        ("(?:a*)+b", "aab", Some("aab")),
        ("(a*){3}b", "b", Some("b")),
        ("a{0}b", "ab", Some("b")),
        ("\u{1f600}{2}", "\u{1f600}\u{1f600}", Some("\u{1f600}\u{1f600}")),
    ]);
}

#[test]
fn places() {
    check(&[
        ("^b", "ab", None),
        ("a$", "ab", None),
        (r"\bfoo\b", "a foo b", Some("foo")),
        (r"\Boo", "foo", Some("oo")),
        ("^$", "", Some("")),
    ]);
    assert_eq!(whole("^b$", "m", "a\nb\nc").as_deref(), Some("b"));
    assert_eq!(whole("^b$", "", "a\nb\nc"), None);
}

#[test]
fn groups_keep_their_last_round() {
    let some = |texts: &[&str]| {
        Some(
            texts
                .iter()
                .map(|text| Some((*text).to_owned()))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(first("(a)(b(c))", "", "abc"), some(&["abc", "a", "bc", "c"]));
    assert_eq!(
        first("(?<y>\\d+)-(?<m>\\d+)", "", "2017-11"),
        some(&["2017-11", "2017", "11"])
    );
    assert_eq!(first("(\\w)+", "", "abc"), some(&["abc", "c"]));
    assert_eq!(
        first("(z)((a+)?(b+)?(c))*", "", "zaacbbbcac").map(|groups| groups
            .iter()
            .map(|group| group.clone().unwrap_or("-".to_owned()))
            .collect::<Vec<_>>()),
        Some(
            ["zaacbbbcac", "z", "ac", "a", "-", "c"]
                .map(str::to_owned)
                .to_vec()
        )
    );
    assert_eq!(first("(a)|b", "", "b"), Some(vec![Some("b".to_owned()), None]));
}

#[test]
fn references() {
    check(&[
        (r"(a|b)\1", "abb", Some("bb")),
        (r"(?<q>['`]).*?\k<q>", "say 'it`s' now", Some("'it`s'")),
        (r"\1(a)", "a", Some("a")),
        (r"(?:(a)|b)\1c", "bc", Some("bc")),
        (r"\2(a)", "\u{2}a", Some("\u{2}a")),
        (r"\k", "k", Some("k")),
    ]);
    assert_eq!(whole(r"(a)\1", "i", "aA").as_deref(), Some("aA"));
}

#[test]
fn looking_around() {
    check(&[
        ("a(?=b)", "acab", Some("a")),
        ("a(?!c)", "acab", Some("a")),
        (r"(?<=\$)\d+", "12 $34", Some("34")),
        (r"(?<!\$)\b\d+", "$12 34", Some("34")),
        ("(?<=a.)c", "abc", Some("c")),
        ("(?<=(?:ab)+)c", "ababc", Some("c")),
        ("(?=(a+))a*b\\1", "baaabac", Some("aba")),
        ("(?!(a)b)\\1c", "c", Some("c")),
        ("(?=a)*b", "b", Some("b")),
    ]);
    assert_eq!(
        first("(?<=(\\d+)(\\d+))$", "", "1053").map(|groups| groups[1..].to_vec()),
        Some(vec![Some("1".to_owned()), Some("053".to_owned())])
    );
}

#[test]
fn letters_of_either_case() {
    for (pattern, text, expected) in [
        ("hat", "HAT", true),
        ("[a-c]+", "ABC", true),
        ("[A-C]+", "abc", true),
        ("[^a]", "A", false),
        ("\u{e9}", "\u{c9}", true),
        ("\u{df}", "SS", false),
        ("k", "\u{212a}", false),
        ("\\w", "\u{17f}", false),
    ] {
        assert_eq!(whole(pattern, "i", text).is_some(), expected, "{pattern} {text}");
    }
}

#[test]
fn what_tries_too_much_fails() {
    let text = "a".repeat(5_000) + "!";
    for pattern in ["(a+)+$", "(?:a|a)*$", "(.*)*x"] {
        let regex = regex(pattern, false, false);
        let environment = Fixed::default();
        let q = Query::new(&environment);
        // Keeps the test short.
        q.spend(usize::try_from(Query::MAX_WORK).unwrap() - 500_000)
            .unwrap();
        let error = regex.find(&q, &text, 0).unwrap_err();
        assert_eq!(error.code(), "U1001", "{pattern}");
    }
    // Long, but not hard.
    let text = "ab".repeat(200_000);
    assert_eq!(
        whole("^(?:ab)*$", "", &text).map(|found| found.len()),
        Some(400_000)
    );
    assert_eq!(whole("^.*b$", "", &text).map(|found| found.len()), Some(400_000));
}

#[test]
fn the_next_match_begins_where_one_ends() {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let maybe = regex("b?", false, false);
    let first = maybe.find(&q, "ab", 0).unwrap().unwrap();
    assert_eq!((first.start, first.end), (0, 0));
    assert_eq!(maybe.find_next(&q, "ab", &first).unwrap_err().code(), "D1004");
    let end = regex("$", false, false);
    let first = end.find(&q, "ab", 0).unwrap().unwrap();
    assert!(end.find_next(&q, "ab", &first).unwrap().is_none());
}

#[test]
fn positions_are_in_utf_16() {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let args = [Data::from("\u{1f600}\u{e9}b bc")];
    let found = regex("b(c)?", false, false)
        .call(&q, args.into_iter().collect())
        .unwrap();
    assert_eq!(found.get("start").as_f64(), Some(3.0));
    assert_eq!(found.get("end").as_f64(), Some(4.0));
    assert_eq!(found.get("groups").into_value().unwrap(), crate::json!([null]));
    let next = q.call(&found.get("next"), &Data::Undefined, Args::new()).unwrap();
    assert_eq!(next.get("match").as_str(), Some("bc"));
    assert_eq!(next.get("start").as_f64(), Some(5.0));
    let last = q.call(&next.get("next"), &Data::Undefined, Args::new()).unwrap();
    assert!(last.is_undefined());
}
