//! What operators give, and what they take.

use super::{BOOLEAN, Given, NUMBER, Query, STRING};
use crate::{
    flow::{
        Rule,
        field::Wanted,
        types::{Type, kind},
    },
    jsonata::tree::{Element, Kind, Node, Operator},
};

impl<'q> Query<'q, '_> {
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        left: &'q Node,
        right: &'q Node,
        needed: bool,
    ) -> Given {
        match operator {
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
                let symbol = symbol(operator);
                let left = self.operand(left, NUMBER, symbol, needed);
                let right = self.operand(right, NUMBER, symbol, needed);
                // What is no finite number becomes a string. (Of sums and products that takes numbers beyond 1e308.)
                let infinite = match operator {
                    Operator::Divide | Operator::Modulo => kind::STRING,
                    _ => 0,
                };
                Given {
                    value: Type::scalar(kind::NUMBER | infinite),
                    missing: left.missing || right.missing,
                }
            }
            Operator::Concatenate => {
                self.node(left, false);
                self.node(right, false);
                Given::always(Type::string())
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                let symbol = symbol(operator);
                let other = |side: &Node| literal_kind(side).filter(|(kinds, _)| *kinds != kind::BOOLEAN);
                let ordered = (kind::NUMBER | kind::STRING, "a number or a string");
                let given_left = self.operand(left, other(right).unwrap_or(ordered), symbol, needed);
                let given_right = self.operand(right, other(left).unwrap_or(ordered), symbol, needed);
                Given {
                    value: Type::scalar(kind::BOOLEAN),
                    missing: given_left.missing || given_right.missing,
                }
            }
            Operator::Equal => {
                let given_left = self.node(left, false);
                let given_right = self.node(right, false);
                self.equal(left, &given_left, right, "=");
                self.equal(right, &given_right, left, "=");
                Given::always(Type::scalar(kind::BOOLEAN))
            }
            Operator::In => {
                let given = self.node(left, false);
                self.node(right, false);
                match &right.kind {
                    Kind::Array(array) => {
                        for element in &array.elements {
                            if let Element::Item(item) = element {
                                self.equal(left, &given, item, "in");
                            }
                        }
                    }
                    _ => self.equal(left, &given, right, "in"),
                }
                Given::always(Type::scalar(kind::BOOLEAN))
            }
            Operator::NotEqual | Operator::And | Operator::Or => {
                self.node(left, false);
                self.node(right, false);
                Given::always(Type::scalar(kind::BOOLEAN))
            }
        }
    }

    /// What an operator is used on. Where it is needed, it is asked to be what the operator takes.
    pub(super) fn operand(
        &mut self,
        operand: &'q Node,
        (kinds, words): (u8, &'static str),
        symbol: &str,
        needed: bool,
    ) -> Given {
        let given = self.node(operand, needed);
        if needed {
            let otherwise = format!(", so that `{symbol}` fails");
            let wanted = Wanted {
                kinds,
                words,
                otherwise: &otherwise,
            };
            self.kind(operand, &given, &wanted);
        }
        given
    }

    /// Asks whether a path can be what it is compared with.
    fn equal(&mut self, side: &'q Node, given: &Given, other: &Node, symbol: &str) {
        let Kind::Path(_) = &side.kind else { return };
        let Some((kinds, words)) = literal_kind(other) else {
            return;
        };
        if self.is_condition {
            self.leads_somewhere(side);
        }
        let otherwise = format!(", so that `{symbol}` is never true");
        let wanted = Wanted {
            kinds,
            words,
            otherwise: &otherwise,
        };
        self.kind(side, given, &wanted);
        let text = self.text(side);
        if let Kind::String(word) = &other.kind
            && given.value.known_kinds() & kind::STRING == 0
            && !given.value.symbols.is_empty()
            && !self.kinds_asked.contains(&text)
        {
            let rule = Rule::Word {
                value: given.value.clone(),
                word: word.clone(),
            };
            self.ask(&text, self.at(side), rule);
        }
    }
}

/// The kind of a literal, other than `null`.
fn literal_kind(node: &Node) -> Option<(u8, &'static str)> {
    if !node.predicates.is_empty() || node.group.is_some() {
        return None;
    }
    match &node.kind {
        Kind::String(_) => Some(STRING),
        Kind::Number(_) => Some(NUMBER),
        Kind::Bool(_) => Some(BOOLEAN),
        _ => None,
    }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Concatenate => "&",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::In => "in",
    }
}
