//! Calls, definitions of functions, and their application with `~>`.

use super::{Parsed, Parser};
use crate::jsonata::{
    lexer::TokenKind,
    part::{Origin, Part},
    problem::Problem,
    signature,
    tree::{Call, Kind, Lambda, Node, Signature, StepKind},
};
use std::ops::Range;

impl Parser<'_> {
    pub(super) fn application(&mut self, left: Box<Part>) -> Parsed {
        let right = self.expression(40)?;
        let range = left.node.range.start..right.node.range.end;
        let height = left.height.max(right.height) + 1;
        let keep_array = left.node.keep_array || right.node.keep_array;
        let mut part = Part::new(
            Kind::Apply(Box::new(left.node), Box::new(right.node)),
            range,
            height,
        );
        part.node.keep_array = keep_array;
        Ok(part)
    }

    /// What stands in parentheses after a value: arguments, or the parameters of a function definition.
    pub(super) fn call(&mut self, mut left: Box<Part>) -> Parsed {
        let mut arguments = Vec::new();
        while !self.is(")") {
            if self.is("?") {
                let token = self.advance(false)?;
                arguments.push(Err(token.range));
            } else {
                arguments.push(Ok(self.expression(0)?));
            }
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
            if self.is(")") {
                return Err(self.trailing_comma());
            }
        }
        self.expect(")", true)?;
        if is_definition(&mut left) {
            return self.lambda(left.node.range.start, arguments);
        }
        let mut part = Part::new(Kind::Null, left.node.range.start..self.end, left.height + 1);
        let mut partial = false;
        for argument in &arguments {
            match argument {
                Ok(argument) => {
                    part.inherit(argument);
                    part.height = part.height.max(argument.height + 1);
                }
                Err(_) => partial = true,
            }
        }
        let procedure = Box::new(left.node);
        let arguments = arguments
            .into_iter()
            .map(|argument| argument.ok().map(|part| part.node));
        part.node.kind = if partial {
            Kind::Partial {
                procedure,
                arguments: arguments.collect(),
            }
        } else {
            Kind::Call(Call {
                procedure,
                arguments: arguments.flatten().collect(),
            })
        };
        Ok(part)
    }

    /// From after a definition's parameters.
    fn lambda(&mut self, start: usize, arguments: Vec<Result<Box<Part>, Range<usize>>>) -> Parsed {
        let mut parameters = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.into_iter().enumerate() {
            let range = match argument {
                Ok(part) => match part.variable() {
                    Some(name) => {
                        parameters.push(name.to_owned());
                        continue;
                    }
                    None => part.node.range.clone(),
                },
                Err(range) => range,
            };
            return Err(Problem::new(
                "S0208",
                format!("parameter {} is not a variable", position + 1),
                range,
            )
            .hint("a parameter's name starts with `$`: `function($x) { … }`"));
        }
        let signature = if self.is("<") {
            Some(self.signature()?)
        } else {
            None
        };
        self.expect("{", false)?;
        let body = self.expression(0)?;
        self.expect("}", false)?;
        let height = body.height + 1;
        let kind = Kind::Lambda(Lambda {
            parameters,
            signature,
            body: Box::new(body.node),
        });
        Ok(Part::new(kind, start..self.end, height))
    }

    /// `<…>` after a definition's parameters, read token by token up to the bracket that closes it.
    fn signature(&mut self) -> Result<Signature, Box<Problem>> {
        let start = self.token.range.start;
        let mut text = String::from("<");
        let mut depth = 1;
        while depth > 0 && !self.is("{") && self.token.kind != TokenKind::End {
            self.advance(false)?;
            depth += i32::from(self.is("<")) - i32::from(self.is(">"));
            text.push_str(self.written());
        }
        self.expect(">", false)?;
        signature::parse(&text, start..self.end)
    }
}

/// Whether it is the word that starts a function definition.
fn is_definition(part: &mut Part) -> bool {
    part.origin == Origin::Name
        && part
            .as_path()
            .and_then(|path| path.steps.first())
            .is_some_and(|step| {
                let name = matches!(&step.kind, StepKind::Node(Node { kind: Kind::Name(name), .. })
                if name == "function" || name == "λ");
                name && step.stages.is_empty()
            })
}
