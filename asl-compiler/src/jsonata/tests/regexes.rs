//! What is told about regular expressions.

use crate::jsonata::{
    Surroundings, check, parse,
    regex::{Instruction, compile},
    tree::Regex,
};

fn regex(pattern: &str) -> Regex {
    Regex {
        pattern: pattern.to_owned(),
        ignore_case: false,
        multiline: false,
    }
}

#[test]
fn faults_have_a_place() {
    for (pattern, at, message) in [
        ("a(b", 1, "this group is not closed"),
        ("ab)c", 2, "this `)` closes nothing"),
        ("é**", 3, "there is nothing to repeat"),
        ("*a", 0, "there is nothing to repeat"),
        ("^+", 1, "there is nothing to repeat"),
        ("a{2,1}", 1, "the numbers of this quantifier are out of order"),
        ("x[b-a]", 1, "the range `b-a` is out of order"),
        ("x[a", 1, "this class of characters is not closed"),
        ("ab\\", 2, "this `\\` escapes nothing"),
        ("(?<a>x)(?<a>y)", 7, "two groups are called `a`"),
        ("(?<1>x)", 0, "`1` is no name of a group"),
        ("(?<a", 0, "the name of this group is not closed"),
        ("(?<a>x)\\k<b>", 7, "no group is called `b`"),
        ("x(?i)", 1, "this kind of group is unknown"),
    ] {
        let fault = compile(&regex(pattern)).unwrap_err();
        assert_eq!((fault.at, fault.message.as_str()), (at, message), "{pattern}");
    }
    let deep = "(".repeat(10_000) + &")".repeat(10_000);
    assert_eq!(
        compile(&regex(&deep)).unwrap_err().message,
        "groups are nested more than 100 deep"
    );
}

#[test]
fn a_wrong_expression_is_pointed_at() {
    let text = "$contains($states.input, /x(?<1>y)/)";
    let surroundings = Surroundings {
        states: &["input"],
        variables: &[],
        context: false,
    };
    let problems = check(&parse(text).unwrap(), &surroundings);
    let [problem] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert_eq!(&text[problem.range.start..], "(?<1>y)/)");
    assert_eq!(problem.message, "`1` is no name of a group");
}

#[test]
fn programs_are_short() {
    let program = compile(&regex("a{1000}(b|[0-9]){5}")).unwrap();
    assert!(program.code.len() < 20, "{program:?}");
    assert!(matches!(
        program.code[0],
        Instruction::Run {
            min: 1000,
            max: 1000,
            ..
        }
    ));
    assert_eq!((program.groups, program.loops.len()), (1, 1));
    // The same class is kept once.
    assert_eq!(compile(&regex(r"\d\d\d")).unwrap().classes.len(), 1);
}
