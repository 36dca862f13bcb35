//! Choice rules.

use super::{Lowered, Lowering, handlers::Numbered, missing};
use crate::{
    ir::{self, Comparison, Order, Test, Type},
    syntax::block::{Block, Entry, Value},
};

impl Lowering<'_> {
    pub(super) fn rules(&mut self, state: &Block<'_>) -> Lowered<Vec<ir::Rule>> {
        let mut place = Numbered::new("Choices");
        let rule = |rule: &Block<'_>| {
            let place = place.next();
            let test = match self.condition(rule, &place) {
                Some(condition) => Test::Condition(condition),
                None => self.test(rule)?,
            };
            Ok(ir::Rule {
                test,
                output: self.value(rule, &place, "Output"),
                assign: self.assign(rule, &place),
                next: self.target(rule, "Next")?,
            })
        };
        state.blocks("Choices").iter().map(rule).collect()
    }

    fn test(&mut self, block: &Block<'_>) -> Lowered<Test> {
        for (name, combine) in [("And", Test::And as fn(Vec<Test>) -> Test), ("Or", Test::Or)] {
            if block.entry(name).is_some() {
                let tests = block.blocks(name).iter().map(|test| self.test(test));
                return Ok(combine(tests.collect::<Lowered<_>>()?));
            }
        }
        if let Some(negated) = block.block("Not") {
            return Ok(Test::Not(Box::new(self.test(negated)?)));
        }
        let variable = block.path("Variable").ok_or_else(|| missing(block, "Variable"))?;
        let variable = self.path(variable);
        let comparison = block.entries.iter().find_map(|entry| self.comparison(entry));
        let comparison = comparison.ok_or_else(|| missing(block, "StringEquals"))?;
        Ok(Test::Compare { variable, comparison })
    }

    /// The comparison that a field makes, if it is a comparator.
    fn comparison(&mut self, entry: &Entry<'_>) -> Option<Comparison> {
        if let Some(kind) = entry.name().strip_prefix("Is") {
            let Value::Boolean(wanted) = entry.value else {
                return None;
            };
            return Some(match kind {
                "Present" => Comparison::IsPresent(wanted),
                "Null" => Comparison::Is(Type::Null, wanted),
                "Numeric" => Comparison::Is(Type::Numeric, wanted),
                "String" => Comparison::Is(Type::String, wanted),
                "Boolean" => Comparison::Is(Type::Boolean, wanted),
                "Timestamp" => Comparison::Is(Type::Timestamp, wanted),
                _ => return None,
            });
        }
        let families = ["String", "Numeric", "Timestamp", "Boolean"];
        let family = families
            .into_iter()
            .find(|family| entry.name().starts_with(family))?;
        let operator = entry.name().strip_prefix(family)?;
        let order = || order(operator.strip_suffix("Path").unwrap_or(operator));
        Some(match (&entry.value, family) {
            (Value::Pattern(parts), _) => Comparison::Matches(parts.clone()),
            (Value::Text(text), _) => Comparison::String(order()?, (*text).to_owned()),
            (Value::Number(number), _) => Comparison::Numeric(order()?, (*number).clone()),
            (Value::Timestamp(text, instant), _) => {
                Comparison::Timestamp(order()?, (*text).to_owned(), *instant)
            }
            (Value::Boolean(wanted), _) => Comparison::Boolean(*wanted),
            (Value::Path(path), "String") => Comparison::StringPath(order()?, self.path(path)),
            (Value::Path(path), "Numeric") => Comparison::NumericPath(order()?, self.path(path)),
            (Value::Path(path), "Timestamp") => Comparison::TimestampPath(order()?, self.path(path)),
            (Value::Path(path), _) => Comparison::BooleanPath(self.path(path)),
            _ => return None,
        })
    }
}

fn order(operator: &str) -> Option<Order> {
    Some(match operator {
        "Equals" => Order::Equal,
        "LessThan" => Order::Less,
        "GreaterThan" => Order::Greater,
        "LessThanEquals" => Order::LessOrEqual,
        "GreaterThanEquals" => Order::GreaterOrEqual,
        _ => return None,
    })
}
