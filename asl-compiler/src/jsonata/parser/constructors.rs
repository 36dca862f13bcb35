//! What stands between brackets where a value is expected: blocks, arrays, objects, transforms.

use super::{Parsed, Parser};
use crate::jsonata::{
    part::Part,
    problem::Problem,
    tree::{Array, Element, Kind, Pair},
};

/// A key with its value.
type PairOfParts = [Box<Part>; 2];

impl Parser<'_> {
    pub(super) fn block(&mut self, start: usize) -> Parsed {
        let mut part = Part::new(Kind::Null, start..start, 1);
        let mut nodes = Vec::new();
        while !self.is(")") {
            let mut inner = self.expression(0)?;
            part.inherit(&inner);
            part.height = part.height.max(inner.height + 1);
            part.constructed |= match inner.as_path().and_then(|path| path.steps.first()) {
                Some(step) => step.constructed,
                None => inner.constructed,
            };
            nodes.push(inner.node);
            if !self.is(";") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", true)?;
        part.node.range.end = self.end;
        part.node.kind = Kind::Block(nodes);
        Ok(part)
    }

    pub(super) fn array(&mut self, start: usize) -> Parsed {
        let mut part = Part::new(Kind::Null, start..start, 1);
        let mut elements = Vec::new();
        while !self.is("]") {
            let first = self.expression(0)?;
            part.inherit(&first);
            part.height = part.height.max(first.height + 1);
            elements.push(if self.is("..") {
                self.advance(false)?;
                let last = self.expression(0)?;
                part.inherit(&last);
                part.height = part.height.max(last.height + 1);
                let range = first.node.range.start..last.node.range.end;
                Element::Range(first.node, last.node, range)
            } else {
                Element::Item(first.node)
            });
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
            if self.is("]") {
                return Err(self.trailing_comma());
            }
        }
        self.expect("]", true)?;
        part.node.range.end = self.end;
        part.node.kind = Kind::Array(Array {
            elements,
            keep: false,
        });
        Ok(part)
    }

    pub(super) fn trailing_comma(&self) -> Box<Problem> {
        let range = self.token.range.clone();
        Problem::new("S0211", format!("`{}` cannot stand here", self.written()), range)
            .hint("remove the comma before it")
    }

    pub(super) fn object(&mut self, start: usize) -> Parsed {
        let (parts, height) = self.pairs()?;
        let mut part = Part::new(Kind::Null, start..self.end, height + 1);
        let mut pairs = Vec::with_capacity(parts.len());
        for [key, value] in parts {
            part.inherit(&key);
            part.inherit(&value);
            pairs.push(Pair {
                key: key.node,
                value: value.node,
            });
        }
        part.node.kind = Kind::Object(pairs);
        Ok(part)
    }

    /// What stands between `{` and `}`, and how deep it is.
    pub(super) fn pairs(&mut self) -> Result<(Vec<PairOfParts>, usize), Box<Problem>> {
        let mut pairs = Vec::new();
        let mut height = 0;
        while !self.is("}") {
            let key = self.expression(0)?;
            self.expect(":", false)?;
            let value = self.expression(0)?;
            height = height.max(key.height).max(value.height);
            pairs.push([key, value]);
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
            if self.is("}") {
                return Err(self.trailing_comma());
            }
        }
        self.expect("}", true)?;
        Ok((pairs, height))
    }

    pub(super) fn transform(&mut self, start: usize) -> Parsed {
        let pattern = self.expression(0)?;
        self.expect("|", false)?;
        let update = self.expression(0)?;
        let delete = if self.is(",") {
            self.advance(false)?;
            Some(self.expression(0)?)
        } else {
            None
        };
        self.expect("|", false)?;
        let height = [&pattern, &update]
            .into_iter()
            .chain(&delete)
            .map(|part| part.height)
            .fold(0, usize::max)
            + 1;
        let kind = Kind::Transform {
            pattern: Box::new(pattern.node),
            update: Box::new(update.node),
            delete: delete.map(|delete| Box::new(delete.node)),
        };
        Ok(Part::new(kind, start..self.end, height))
    }
}
