//! The table of functions itself.

use std::collections::HashSet;

use super::support::{NOTHING, call, result};
use crate::jsonata::functions::{ALL, find};

#[test]
fn names_are_unique() {
    let names: HashSet<&str> = ALL.iter().map(|builtin| builtin.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert_eq!(find("substringBefore").map(|builtin| builtin.arity), Some(2));
    assert!(find("eval").is_none());
}

#[test]
fn signatures_are_read_at_compile_time() {
    for (name, text) in [
        ("sum", "a<n>"),
        ("substring", "s-nn?"),
        ("match", "s-f<s:o>n?"),
        ("replace", "s-(sf)(sf)n?"),
        ("reduce", "afj?"),
        ("zip", "a+"),
        ("clone", "(oa)-"),
        ("millis", ""),
    ] {
        let signature = find(name).and_then(|builtin| builtin.signature).unwrap();
        assert_eq!(signature.text(), text, "{name}");
    }
    let parameters = find("join")
        .and_then(|builtin| builtin.signature)
        .unwrap()
        .parameters;
    assert_eq!((parameters[0].types, parameters[0].elements), ("a", Some('s')));
    let parameters = find("contains")
        .and_then(|builtin| builtin.signature)
        .unwrap()
        .parameters;
    assert_eq!((parameters[1].types, parameters[1].text), ("sf", "(sf)"));
}

#[test]
fn nothing_gives_nothing() {
    // Those that have something to say without an argument, or about nothing.
    let others = [
        "count", "exists", "error", "assert", "random", "zip", "now", "millis", "uuid", "map", "filter",
        "single", "reduce", "each", "sift", "match", "append",
    ];
    for builtin in ALL.iter().filter(|builtin| !others.contains(&builtin.name)) {
        let parameters = builtin.signature.unwrap().parameters;
        let args = parameters
            .iter()
            .filter(|parameter| !parameter.optional)
            .map(|_| NOTHING);
        let given = call(builtin.name, args).unwrap();
        assert!(given.is_undefined(), "{}", builtin.name);
    }
}

#[test]
fn arguments_are_checked() {
    for (name, args, expected) in [
        ("sum", r#"["1"]"#, "T0412"),
        ("sum", "[[1, null]]", "T0412"),
        ("join", r#"[["a", 1]]"#, "T0412"),
        ("length", "[1]", "T0410"),
        ("uppercase", "[null]", "T0410"),
        ("abs", "[1, 2]", "T0410"),
        ("exists", "[]", "T0410"),
        ("number", "[null]", "T0410"),
        ("map", "[[1]]", "T0410"),
    ] {
        assert_eq!(result(name, args), expected, "{name}{args}");
    }
}
