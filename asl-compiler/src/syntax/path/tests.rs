use super::*;
use proptest::prelude::*;

fn steps(text: &str) -> Vec<Step> {
    parse_path(text)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
        .steps
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

#[test]
fn roots() {
    assert_eq!(parse_path("$").unwrap().root, Root::Document);
    assert_eq!(parse_path("$$.Execution.Id").unwrap().root, Root::Context);
    let path = parse_path("$order.id").unwrap();
    assert_eq!(path.root, Root::Variable("order".to_owned()));
    assert_eq!(path.steps, [key("id")]);
    for text in ["", "a", " $", "@.a", "$-", "$_a", "$1", "$$$", "$$a"] {
        assert!(parse_path(text).is_err(), "{text}");
    }
}

#[test]
fn names() {
    assert_eq!(
        steps("$.a-b.@type.it['x y']"),
        [key("a-b"), key("@type"), key("it"), key("x y")]
    );
    assert_eq!(steps(r"$.store\.book"), [key("store.book")]);
    assert_eq!(steps(r"$.\stor\e"), [key("store")]);
    assert_eq!(steps(r"$['a\b']"), [key(r"a\b")]);
    assert_eq!(
        steps("$['a','b']"),
        [Step::Keys(vec!["a".to_owned(), "b".to_owned()])]
    );
    assert!(parse_path("$['a','b'].c").is_err());
    assert!(parse_path("$.").is_err());
    assert!(parse_path("$.a b").is_err());
}

#[test]
fn brackets() {
    assert_eq!(steps("$[1][-1]"), [Step::Index(1), Step::Index(-1)]);
    assert_eq!(steps("$.[0]"), [Step::Index(0)]);
    assert_eq!(steps("$[0, 2]"), [Step::Indices(vec![0, 2])]);
    assert_eq!(
        steps("$[1:][:-2][1:3]"),
        [Step::SliceFrom(1), Step::SliceTo(-2), Step::Slice(1, 3)]
    );
    assert_eq!(steps("$[(@.length - 1)]"), [Step::FromEnd(-1)]);
    assert_eq!(steps("$..*"), [Step::Descend, Step::Wildcard]);
    for text in [
        "$[",
        "$[]",
        "$[0",
        "$[:]",
        "$[a]",
        "$[\"a\"]",
        "$[99999999999]",
        "$..",
        "$[(@.last-1)]",
    ] {
        assert!(parse_path(text).is_err(), "{text}");
    }
}

#[test]
fn filters() {
    let text = |text: &str, quoted| Operand::Text {
        text: text.to_owned(),
        quoted,
    };
    assert_eq!(
        steps("$[?(@.a == done && @ && @.b < '3')]"),
        [Step::Filter(vec![
            Condition {
                left: vec![key("a")],
                test: Test::Compare(Operator::Equal, text("done", false)),
            },
            Condition {
                left: vec![],
                test: Test::NotNull
            },
            Condition {
                left: vec![key("b")],
                test: Test::Compare(Operator::Less, text("3", true)),
            },
        ])]
    );
    for text in [
        "$[?]",
        "$[?@.a]",
        "$[?(@.a]",
        "$[?()]",
        "$[?(@..a)]",
        "$[?(@[*])]",
        "$[?(@.a =~ /x/)]",
    ] {
        assert!(parse_path(text).is_err(), "{text}");
    }
}

#[test]
fn single_nodes() {
    for text in [
        "$",
        "$.a[0]['b']",
        "$$.Map.Item.Value",
        "$v[2]",
        r"$.foo\@bar.baz\[\[.\?pretty",
        "$[\"a\"]",
    ] {
        assert!(parse_single_node_path(text).is_ok(), "{text}");
    }
    for text in [
        "$.*",
        "$[*]",
        "$..a",
        "$[0,1]",
        "$[1:]",
        "$[?(@.a)]",
        "$['a','b']",
        "$[(@.length-1)]",
    ] {
        assert!(parse_single_node_path(text).is_err(), "{text}");
    }
}

#[test]
fn result_paths() {
    let path = parse_result_path("$.a[1]").unwrap();
    assert_eq!(
        path.steps,
        [ReferenceStep::Key("a".to_owned()), ReferenceStep::Index(1)]
    );
    for text in ["$$", "$$.a", "$v", "$.a[-1]", "$.a[*]"] {
        assert!(parse_result_path(text).is_err(), "{text}");
    }
}

#[test]
fn errors_are_inside_the_text() {
    for (text, place) in [
        ("$[?( \0\u{f})]", (4, 3)),
        ("$[?(   )]", (4, 3)),
        ("$[?( < 1)]", (4, 4)),
        ("$[?(a[b] == 1)]", (5, 3)),
    ] {
        let error = parse_path(text).unwrap_err();
        assert_eq!((error.at, error.len), place, "{text} {error:?}");
    }
}

#[test]
fn errors_have_a_place() {
    let error = parse_path("$.a[?(@.b == @..c)]").unwrap_err();
    assert_eq!((error.at, error.len), (13, 4));
    let error = parse_path("$$.a b").unwrap_err();
    assert_eq!((error.at, error.len), (4, 1));
}

fn near_path() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$",
        "$$",
        "$v",
        ".",
        "..",
        "a",
        "b c",
        "*",
        "[",
        "]",
        "'",
        "\"",
        "0",
        "-1",
        ",",
        ":",
        "?",
        "(",
        ")",
        "@",
        "@.a",
        "==",
        "<",
        "&&",
        "||",
        " ",
        "\\",
        "length",
        "-",
        "é",
        "𝄞",
        "[0]",
        "['a']",
        "[?(@.a == 1)]",
        "null",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = parse_path(&text);
        let _ = parse_single_node_path(&text);
        let _ = parse_result_path(&text);
    }

    #[test]
    fn printed_paths_parse_the_same(text in near_path().prop_map(|text| format!("${text}"))) {
        for parsed in [parse_path(&text), parse_single_node_path(&text)] {
            match parsed {
                Ok(path) => {
                    let again = parse_path(&path.to_string());
                    prop_assert_eq!(again.map(|path| path.steps), Ok(path.steps.clone()), "{}", path);
                }
                Err(error) => prop_assert!(error.at + error.len <= text.len(), "{:?}", error),
            }
        }
        let _ = parse_result_path(&text);
    }
}
