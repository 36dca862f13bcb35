//! Random documents, all with the same few fields on every level.

use crate::random::Random;

/// A document as JSON text.
pub fn document(random: &mut Random) -> String {
    object(random, 3)
}

fn object(random: &mut Random, depth: usize) -> String {
    let mut members = Vec::new();
    let mut member = |name: &str, value: String| members.push(format!("\"{name}\": {value}"));
    if !random.one_in(8) {
        member("n", number(random));
    }
    if !random.one_in(8) {
        member("s", text(random));
    }
    if !random.one_in(3) {
        member("b", random.pick(&["true", "false"]).to_owned());
    }
    if !random.one_in(5) {
        member("l", list(random, 5, number));
    }
    if random.one_in(2) {
        member("t", list(random, 4, text));
    }
    if random.one_in(8) {
        member(
            "z",
            random
                .pick(&[
                    "null",
                    "[]",
                    "{}",
                    "[[]]",
                    "[1]",
                    "\"z\"",
                    "[null]",
                    "[[1, 2], [3]]",
                ])
                .to_owned(),
        );
    }
    if depth > 0 && !random.one_in(6) {
        member("o", list(random, 4, |random| object(random, depth - 1)));
    }
    if depth > 0 && random.one_in(2) {
        member("e", object(random, depth - 1));
    }
    format!("{{{}}}", members.join(", "))
}

fn list(random: &mut Random, most: usize, one: impl Fn(&mut Random) -> String) -> String {
    let items: Vec<_> = (0..random.below(most)).map(|_| one(random)).collect();
    format!("[{}]", items.join(", "))
}

fn number(random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("{}.25", random.below(10)),
        1 => format!("-{}", 1 + random.below(10)),
        // Numbers that are whole but not written so.
        2 => format!("{}.0", random.below(10)),
        _ => random.below(12).to_string(),
    }
}

fn text(random: &mut Random) -> String {
    let text = random.pick(&[
        "ab",
        "x",
        "",
        "a b",
        "Banana",
        "7",
        "é😀",
        "c, d",
        "  pad  ed ",
        "-1.50",
    ]);
    format!("\"{text}\"")
}
