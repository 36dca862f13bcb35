//! What the rules of a Choice ask.
//!
//! A rule may ask whether something is there, or of what kind it is. On the routes after it, and in the rules beside it,
//! that is then not asked again: a definition that guards itself is not told that it need not.

use super::{
    Rule,
    field::{Scope, Site, Wanted},
    solve::Analysis,
    types::{Type, kind},
};
use crate::{
    ir::{self, Comparison, Order, Test},
    syntax::path::{Path, Root},
};

/// The paths that a Choice asks about.
#[derive(Default)]
pub(super) struct Asked<'r> {
    /// Whether they are present.
    pub presence: Vec<&'r Path>,
    /// Of what kind they are.
    kinds: Vec<&'r Path>,
}

/// What the rules ask about.
pub(super) fn asked(rules: &[ir::Rule]) -> Asked<'_> {
    let mut asked = Asked::default();
    for rule in rules {
        collect(&rule.test, &mut asked);
    }
    asked
}

fn collect<'r>(test: &'r Test, asked: &mut Asked<'r>) {
    match test {
        Test::And(tests) | Test::Or(tests) => {
            for test in tests {
                collect(test, asked);
            }
        }
        Test::Not(test) => collect(test, asked),
        Test::Condition(_) => {}
        Test::Compare { variable, comparison } => match comparison {
            Comparison::IsPresent(_) => asked.presence.push(variable),
            Comparison::Is(..) => asked.kinds.push(variable),
            _ => {}
        },
    }
}

impl Asked<'_> {
    fn asks_for_kind(&self, path: &Path) -> bool {
        self.kinds
            .iter()
            .any(|asked| asked.root == path.root && asked.steps == path.steps)
    }
}

impl Analysis<'_> {
    /// A document and variables, after a Choice asked about paths in them.
    pub fn after_asking(&self, asked: &Asked<'_>, document: &Type, variables: &[Type]) -> (Type, Vec<Type>) {
        let mut document = document.clone();
        let mut variables = variables.to_vec();
        for path in &asked.presence {
            match &path.root {
                Root::Document => document = document.asked(&path.steps, &self.symbols),
                Root::Context => {}
                Root::Variable(name) => {
                    let slot = self.machine.variables.iter().position(|known| known == name);
                    if let Some(variable) = slot.and_then(|slot| variables.get_mut(slot)) {
                        *variable = if variable.is_never() {
                            Type::any()
                        } else {
                            variable.asked(&path.steps, &self.symbols)
                        };
                    }
                }
            }
        }
        (document, variables)
    }

    /// Asks what a test asks.
    pub fn test(&mut self, test: &Test, asked: &Asked<'_>, scope: Scope<'_>, site: Site<'_>) {
        match test {
            Test::And(tests) => self.tests(tests, "And", asked, scope, site),
            Test::Or(tests) => self.tests(tests, "Or", asked, scope, site),
            Test::Not(test) => {
                let field = format!("{}.Not", site.field);
                self.test(
                    test,
                    asked,
                    scope,
                    Site {
                        field: &field,
                        ..site
                    },
                );
            }
            Test::Condition(_) => {}
            Test::Compare { variable, comparison } => {
                self.comparison(variable, comparison, asked, scope, site);
            }
        }
    }

    fn tests(&mut self, tests: &[Test], name: &str, asked: &Asked<'_>, scope: Scope<'_>, site: Site<'_>) {
        for (index, test) in tests.iter().enumerate() {
            let field = format!("{}.{name}[{index}]", site.field);
            self.test(
                test,
                asked,
                scope,
                Site {
                    field: &field,
                    ..site
                },
            );
        }
    }

    fn comparison(
        &mut self,
        variable: &Path,
        comparison: &Comparison,
        asked: &Asked<'_>,
        scope: Scope<'_>,
        site: Site<'_>,
    ) {
        if matches!(comparison, Comparison::IsPresent(_)) {
            return;
        }
        let (kinds, words, name) = family(comparison);
        let field = format!("{}.Variable", site.field);
        let at_variable = Site {
            field: &field,
            ..site
        };
        let value = self.path(variable, scope, at_variable);
        let otherwise = format!(", so that `{name}` is never true");
        let wanted = Wanted {
            kinds,
            words,
            otherwise: &otherwise,
        };
        if !asked.asks_for_kind(variable) {
            self.kind(&value, &variable.text, at_variable, &wanted);
            if let Some(word) = word(comparison)
                && value.known_kinds() & kind::STRING == 0
                && !value.symbols.is_empty()
            {
                let field = format!("{}.{name}", site.field);
                let rule = Rule::Word {
                    value,
                    word: word.to_owned(),
                };
                self.ask(
                    &variable.text,
                    Site {
                        field: &field,
                        ..site
                    },
                    rule,
                );
            }
        }
        let (Comparison::StringPath(_, operand)
        | Comparison::NumericPath(_, operand)
        | Comparison::TimestampPath(_, operand)
        | Comparison::BooleanPath(operand)) = comparison
        else {
            return;
        };
        let field = format!("{}.{name}", site.field);
        let at_operand = Site {
            field: &field,
            ..site
        };
        if asked.asks_for_kind(operand) {
            self.path(operand, scope, at_operand);
        } else {
            self.path_to(operand, scope, at_operand, &wanted);
        }
    }
}

/// The kinds of a comparator, in words, and its name.
fn family(comparison: &Comparison) -> (u8, &'static str, String) {
    let order = |order: Order| match order {
        Order::Equal => "Equals",
        Order::Less => "LessThan",
        Order::Greater => "GreaterThan",
        Order::LessOrEqual => "LessThanEquals",
        Order::GreaterOrEqual => "GreaterThanEquals",
    };
    let string = (kind::STRING, "a string");
    let number = (kind::NUMBER, "a number");
    let timestamp = (kind::STRING, "a timestamp");
    let boolean = (kind::BOOLEAN, "a boolean");
    let ((kinds, words), name) = match comparison {
        Comparison::String(o, _) => (string, format!("String{}", order(*o))),
        Comparison::StringPath(o, _) => (string, format!("String{}Path", order(*o))),
        Comparison::Numeric(o, _) => (number, format!("Numeric{}", order(*o))),
        Comparison::NumericPath(o, _) => (number, format!("Numeric{}Path", order(*o))),
        Comparison::Timestamp(o, ..) => (timestamp, format!("Timestamp{}", order(*o))),
        Comparison::TimestampPath(o, _) => (timestamp, format!("Timestamp{}Path", order(*o))),
        Comparison::Boolean(_) => (boolean, "BooleanEquals".to_owned()),
        Comparison::BooleanPath(_) => (boolean, "BooleanEqualsPath".to_owned()),
        Comparison::Matches(_) => (string, "StringMatches".to_owned()),
        // Asked, not wanted.
        Comparison::Is(..) | Comparison::IsPresent(_) => ((u8::MAX, ""), String::new()),
    };
    (kinds, words, name)
}

/// The only string that a comparison is true for.
fn word(comparison: &Comparison) -> Option<&str> {
    match comparison {
        Comparison::String(Order::Equal, word) => Some(word),
        Comparison::Matches(parts) => match parts.as_slice() {
            [word] => Some(word),
            _ => None,
        },
        _ => None,
    }
}
