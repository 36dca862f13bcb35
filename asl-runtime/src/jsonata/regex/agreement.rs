//! Random expressions on random texts, against another engine.

use proptest::prelude::*;

use crate::jsonata::{
    Query,
    tests::support::{Fixed, regex},
};

/// Regular expressions of all forms, with up to three groups that they may refer to.
fn pattern() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a", "b", "B", "1", ".", "[ab]", "[^a]", "[a-cA]", r"[\d_]", r"\w", r"\W", r"\d", r"\s", r"\b",
        r"\B", "^", "$", "é", "", r"\1", r"\2", "[^]", "[]", r"\x61", r"\u00e9", "-",
    ])
    .prop_map(str::to_owned);
    atom.prop_recursive(4, 24, 4, |inner| {
        let repeated = (
            inner.clone(),
            prop::sample::select(vec![
                "*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?", "+?", "??", "{1,2}?",
            ]),
        );
        prop_oneof![
            repeated.prop_map(|(inner, count)| format!("(?:{inner}){count}")),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            inner.clone().prop_map(|inner| format!("({inner})")),
            inner.clone().prop_map(|inner| format!("({inner})+")),
            inner.clone().prop_map(|inner| format!("(?={inner})")),
            inner.clone().prop_map(|inner| format!("(?!{inner})")),
            inner.clone().prop_map(|inner| format!("(?<={inner})")),
            inner.prop_map(|inner| format!("(?<!{inner})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn another_engine_finds_the_same(
        pattern in pattern(),
        text in "[abBcé1_ \n-]{0,12}",
        ignore_case: bool,
        multiline: bool,
    ) {
        let flags = [(ignore_case, "i"), (multiline, "m")];
        let flags: String = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect();
        let theirs = regress::Regex::with_flags(&pattern, flags.as_str()).unwrap().find(&text);
        let theirs = theirs.map(|found| {
            let groups = found.captures.iter().map(|span| span.clone().map(|span| (span.start, span.end)));
            (found.range.start, found.range.end, groups.collect::<Vec<_>>())
        });
        let ours = regex(&pattern, ignore_case, multiline).find(&Query::new(&Fixed::default()), &text, 0).unwrap();
        let ours = ours.map(|found| (found.start, found.end, found.groups));
        prop_assert_eq!(ours, theirs);
    }
}
