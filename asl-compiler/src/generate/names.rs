//! Rust names for state names and files.
//!
//! A state has one name in two forms: `CheckPayment` (variant of `State`, associated type of `Tasks`) and
//! `check_payment` (method of `Tasks`, function of the state). The first is always derived from the second, because
//! `#[tasks]` sees only the methods and must arrive at the same types.

use std::collections::HashSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// The Rust names of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `CheckPayment`
    pub camel: String,
    /// `check_payment`
    pub snake: String,
}

impl Name {
    fn new(snake: String) -> Self {
        Self {
            camel: type_name(&snake),
            snake,
        }
    }
}

/// Names for all states of a machine, in the same order: each legal, no two alike in either form.
///
/// A state keeps its plain name if it is the first to have it; later ones are numbered.
pub fn state_names<'a>(states: impl IntoIterator<Item = &'a str>) -> Vec<Name> {
    let plain: Vec<Name> = states
        .into_iter()
        .map(|state| Name::new(identifier(state, "state")))
        .collect();
    let mut taken = HashSet::new();
    let first: Vec<bool> = plain
        .iter()
        .map(|name| taken.insert(name.camel.clone()))
        .collect();
    plain
        .into_iter()
        .zip(first)
        .map(|(name, first)| {
            if first {
                name
            } else {
                numbered(&name.snake, &mut taken)
            }
        })
        .collect()
}

/// The associated type that belongs to a task's method. `#[tasks]` goes by the same rule.
pub fn type_name(method: &str) -> String {
    method.to_upper_camel_case()
}

/// The module for a definition's file: `flows/Order Flow.asl.json` becomes `order_flow`.
pub fn module_name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.strip_suffix(".asl").unwrap_or(stem);
    identifier(stem, "machine")
}

/// An identifier token; keywords become raw.
pub fn ident(name: &str, span: Span) -> Ident {
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, span)
    } else {
        Ident::new(name, span)
    }
}

/// A snake case identifier made from any text. `word` fills in where the text alone gives none.
pub(super) fn identifier(text: &str, word: &str) -> String {
    let kept: String = text.chars().map(|c| if is_kept(c) { c } else { ' ' }).collect();
    let snake = kept.to_snake_case();
    match snake.chars().next() {
        None => word.to_owned(),
        Some(first) if first.is_alphabetic() && RESERVED.contains(&snake.as_str()) => {
            format!("{snake}_{word}")
        }
        Some(first) if first.is_alphabetic() => snake,
        Some(_) => format!("{word}_{snake}"),
    }
}

fn numbered(snake: &str, taken: &mut HashSet<String>) -> Name {
    let mut number = 2;
    loop {
        let name = Name::new(format!("{snake}_{number}"));
        if taken.insert(name.camel.clone()) {
            return name;
        }
        number += 1;
    }
}

/// Letters that rustc takes without a warning and that have a single encoding, so that names which differ here also
/// differ after rustc's normalisation. Everything else separates words.
fn is_kept(c: char) -> bool {
    let common_script = matches!(c,
        '\u{c0}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}' // Latin
        | '\u{218}'..='\u{21b}' | '\u{1ea0}'..='\u{1ef9}'
        | '\u{386}' | '\u{388}'..='\u{3ce}' // Greek
        | '\u{400}'..='\u{45f}' | '\u{490}'..='\u{491}' // Cyrillic
        | '\u{5d0}'..='\u{5ea}' // Hebrew
        | '\u{620}'..='\u{63a}' | '\u{641}'..='\u{64a}' // Arabic
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' // Kana
        | '\u{4e00}'..='\u{9fff}' // Han
        | '\u{ac00}'..='\u{d7a3}'); // Hangul
    c.is_ascii_alphanumeric() || common_script && c.is_alphanumeric()
}

/// Names that cannot be raw identifiers, and those that the trait has for another purpose.
const RESERVED: &[&str] = &[
    "self",
    "super",
    "crate",
    "context",
    "input",
    "any_input",
    "any_output",
    "task_type",
];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check_names(states: &[&str], expected: &[(&str, &str)]) {
        let names = state_names(states.iter().copied());
        let names: Vec<_> = names
            .iter()
            .map(|n| (n.camel.as_str(), n.snake.as_str()))
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn usual_names() {
        check_names(
            &[
                "CheckPayment",
                "Check stock",
                "send-mail",
                "HTTPCall",
                "order.ship",
            ],
            &[
                ("CheckPayment", "check_payment"),
                ("CheckStock", "check_stock"),
                ("SendMail", "send_mail"),
                ("HttpCall", "http_call"),
                ("OrderShip", "order_ship"),
            ],
        );
    }

    #[test]
    fn clashes_are_numbered_and_plain_names_kept() {
        check_names(
            &[
                "Check Payment",
                "CheckPayment",
                "check_payment",
                "CheckPayment2",
                "CheckPayment_2",
            ],
            &[
                ("CheckPayment", "check_payment"),
                ("CheckPayment3", "check_payment_3"),
                ("CheckPayment4", "check_payment_4"),
                ("CheckPayment2", "check_payment2"),
                ("CheckPayment22", "check_payment_2_2"),
            ],
        );
    }

    #[test]
    fn names_that_are_no_identifiers() {
        check_names(
            &["", "🙂", "3DSecure", "_", "1", "e\u{301}te\u{301}", "½"],
            &[
                ("State", "state"),
                ("State2", "state_2"),
                ("State3dSecure", "state_3d_secure"),
                ("State3", "state_3"),
                ("State1", "state_1"),
                ("ETe", "e_te"),
                ("State4", "state_4"),
            ],
        );
    }

    #[test]
    fn words_that_rust_or_the_trait_need() {
        check_names(
            &[
                "self",
                "Self",
                "super",
                "crate",
                "context",
                "task type",
                "Input",
                "Match",
                "gen",
                "Option",
                "Ok",
            ],
            &[
                ("SelfState", "self_state"),
                ("SelfState2", "self_state_2"),
                ("SuperState", "super_state"),
                ("CrateState", "crate_state"),
                ("ContextState", "context_state"),
                ("TaskTypeState", "task_type_state"),
                ("InputState", "input_state"),
                ("Match", "match"),
                ("Gen", "gen"),
                ("Option", "option"),
                ("Ok", "ok"),
            ],
        );
        assert_eq!(ident("match", Span::call_site()).to_string(), "r#match");
        assert_eq!(ident("gen", Span::call_site()).to_string(), "r#gen");
    }

    #[test]
    fn other_scripts() {
        check_names(
            &["Zahlung prüfen", "支払い確認", "Größe", "ПроверитьОплату", "שלום"],
            &[
                ("ZahlungPrüfen", "zahlung_prüfen"),
                ("支払い確認", "支払い確認"),
                ("Größe", "größe"),
                ("ПроверитьОплату", "проверить_оплату"),
                ("שלום", "שלום"),
            ],
        );
    }

    #[test]
    fn every_name_is_legal_and_its_type_follows_from_its_method() {
        let long = "x".repeat(80);
        let states = [
            "ßa",
            "İ",
            "ǰ",
            "İstanbul",
            "ﬁ",
            "A1B2",
            "a__b",
            "--",
            "\u{0}",
            "\"",
            "Self!",
            "ŉ",
            &long,
        ];
        for name in state_names(states) {
            assert_eq!(type_name(&name.snake), name.camel);
            for text in [&name.camel, &name.snake] {
                syn::parse_str::<Ident>(text).unwrap_or_else(|_| panic!("{text}"));
            }
        }
    }

    #[test]
    fn modules() {
        assert_eq!(module_name("flows/Order Flow.asl.json"), "order_flow");
        assert_eq!(module_name("order.json"), "order");
        assert_eq!(module_name("C:\\x\\order.v2.asl.json"), "order_v2");
        assert_eq!(module_name("self.json"), "self_machine");
        assert_eq!(module_name("1.json"), "machine_1");
        assert_eq!(module_name(".json"), "machine");
    }
}
