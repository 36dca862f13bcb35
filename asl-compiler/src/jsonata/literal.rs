//! Expressions that are literals.

use super::tree::{Element, Kind, Node};
use crate::ir::Json;

/// The value of an expression that is a literal, so that nothing is left to evaluate.
pub fn literal(node: &Node) -> Option<Json> {
    if !node.predicates.is_empty() || node.group.is_some() || node.keep_array {
        return None;
    }
    Some(match &node.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::String(text) => Json::String(text.clone()),
        Kind::Number(number) => self::number(*number),
        Kind::Array(array) if !array.keep => {
            let elements = array.elements.iter().map(|element| match element {
                Element::Item(item) => literal(item),
                Element::Range(..) => None,
            });
            Json::Array(elements.collect::<Option<_>>()?)
        }
        Kind::Object(pairs) => {
            let mut members: Vec<(String, Json)> = Vec::with_capacity(pairs.len());
            for pair in pairs {
                let (Kind::String(key), value) = (&pair.key.kind, literal(&pair.value)?) else {
                    return None;
                };
                // Keys that are given twice are an error.
                if members.iter().any(|(known, _)| known == key) {
                    return None;
                }
                members.push((key.clone(), value));
            }
            Json::Object(members)
        }
        _ => return None,
    })
}

/// A number of JSONata: one without a fraction is an integer where it fits, as at run time.
fn number(number: f64) -> Json {
    /// 2⁶³: from here on no `i64`.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    let whole = number as i64;
    if whole as f64 == number && number < BOUND {
        Json::Integer(whole)
    } else {
        Json::Float(number)
    }
}
