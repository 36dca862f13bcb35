//! Signatures of functions: `<a<s>n?:s>`.

use super::{
    problem::Problem,
    tree::{Parameter, Signature},
};

/// What a signature's text says. `text` has its angle brackets, `range` is where it stands.
pub(super) fn parse(text: &str, range: std::ops::Range<usize>) -> Result<Signature, Box<Problem>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let mut at = 1;
    while let Some(&letter) = letters.get(at) {
        match letter {
            // What the function gives is not checked by anybody.
            ':' => break,
            '-' => change_last(&mut parameters, |last| last.context = true),
            '?' => change_last(&mut parameters, |last| last.optional = true),
            '+' => change_last(&mut parameters, |last| last.repeated = true),
            '(' => {
                let end = closing(&letters, at, '(', ')');
                let choice: String = letters[at + 1..end.min(letters.len())].iter().collect();
                if choice.contains('<') {
                    return Err(Problem::new(
                        "S0402",
                        "a choice in a signature cannot have types in `<>`",
                        range,
                    )
                    .hint(format!(
                        "write `(…)` with single letters, such as `({})`",
                        without_brackets(&choice)
                    )));
                }
                parameters.push(parameter(&choice, format!("({choice})")));
                at = end;
            }
            '<' => {
                let end = closing(&letters, at, '<', '>');
                let inner: String = letters[at + 1..end.min(letters.len())].iter().collect();
                let Some(last) = parameters
                    .last_mut()
                    .filter(|last| matches!(last.text.as_str(), "a" | "f"))
                else {
                    return Err(Problem::new(
                        "S0401",
                        "only an array (`a`) or a function (`f`) can have a type in `<>`",
                        range,
                    ));
                };
                if last.text == "a" {
                    last.elements = inner.chars().next();
                }
                last.text = format!("{}<{inner}>", last.text);
                at = end;
            }
            'b' | 'n' | 's' | 'l' | 'a' | 'o' | 'f' | 'j' | 'u' | 'x' => {
                parameters.push(parameter(letter.encode_utf8(&mut [0; 4]), letter.to_string()));
            }
            // As in the reference implementation, which passes over what it does not know.
            _ => {}
        }
        at += 1;
    }
    Ok(Signature {
        text: text.to_owned(),
        parameters,
    })
}

fn parameter(letters: &str, text: String) -> Parameter {
    let mut types = String::new();
    for letter in letters.chars() {
        let meant = match letter {
            'j' => "asnblo",
            'u' => "bnsl",
            'x' => "asnblfo",
            'b' => "b",
            'n' => "n",
            's' => "s",
            'l' => "l",
            'a' => "a",
            'o' => "o",
            'f' => "f",
            _ => continue,
        };
        for letter in meant.chars() {
            if !types.contains(letter) {
                types.push(letter);
            }
        }
    }
    Parameter {
        types,
        text,
        optional: false,
        context: false,
        repeated: false,
        elements: None,
    }
}

fn change_last(parameters: &mut [Parameter], change: impl FnOnce(&mut Parameter)) {
    if let Some(last) = parameters.last_mut() {
        change(last);
    }
}

/// Where the bracket that opens at `start` is closed, or the end.
fn closing(letters: &[char], start: usize, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in letters.iter().enumerate().skip(start) {
        if *letter == open {
            depth += 1;
        } else if *letter == close {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    letters.len()
}

/// `sa<n>` without what stands in brackets.
fn without_brackets(choice: &str) -> String {
    let mut depth = 0_i32;
    choice
        .chars()
        .filter(|letter| match letter {
            '<' => {
                depth += 1;
                false
            }
            '>' => {
                depth -= 1;
                false
            }
            _ => depth == 0,
        })
        .collect()
}
