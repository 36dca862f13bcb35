//! Tokens to the tree: operator precedence parsing, each operator with its binding power.

use super::{
    ancestors::Slots,
    hints,
    lexer::{Lexer, Token, TokenKind},
    part::{Origin, Part},
    path,
    problem::Problem,
    tree::{Group, Kind, Node, Operator, Pair},
};
use crate::diagnostic::Code;
use std::ops::Range;

mod constructors;
mod functions;

/// How deep an expression may nest. Every operator of a chain such as `a & b & c` is a level; the steps of a path are
/// not. Keeps whoever walks a tree within a small stack.
pub const MAX_DEPTH: usize = 200;

/// An expression, without its `{% %}`.
///
/// # Errors
/// The first thing that keeps the text from being an expression, with JSONata's code.
pub fn parse(text: &str) -> Result<Node, Problem> {
    let mut parser = Parser::new(text).map_err(|problem| *problem)?;
    parser.whole().map_err(|problem| {
        // Where the text ends too early, a missing operand must not be told as a wrong one.
        let about_operands = matches!(
            problem.code,
            "S0209" | "S0210" | "S0213" | "S0215" | "S0216" | "S0217"
        );
        *parser.unfinished.filter(|_| about_operands).unwrap_or(problem)
    })
}

type Parsed = Result<Box<Part>, Box<Problem>>;

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The next token.
    token: Token,
    /// Where the token before it ended.
    end: usize,
    slots: Slots,
    depth: usize,
    /// The text ended where a value was expected. A bracket that is still open is the better thing to tell.
    unfinished: Option<Box<Problem>>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, Box<Problem>> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next(false)?;
        Ok(Self {
            text,
            lexer,
            token,
            end: 0,
            slots: Slots::default(),
            depth: 0,
            unfinished: None,
        })
    }

    fn whole(&mut self) -> Result<Node, Box<Problem>> {
        let part = self.expression(0)?;
        if self.token.kind != TokenKind::End {
            let problem = Problem::new(
                "S0201",
                format!("unexpected `{}` after the end of the expression", self.written()),
                self.token.range.clone(),
            );
            return Err(hints::for_symbol(problem, self.text, &self.token.range));
        }
        if let Some(problem) = self.unfinished.take() {
            return Err(problem);
        }
        if let Some(slot) = part.waiting().next() {
            return Err(self.slots.problem(Some(slot), &part.node.range));
        }
        Ok(part.node)
    }

    /// The next token's text.
    fn written(&self) -> &'a str {
        self.text.get(self.token.range.clone()).unwrap_or_default()
    }

    /// Takes the next token.
    fn advance(&mut self, operator_expected: bool) -> Result<Token, Box<Problem>> {
        let next = self.lexer.next(operator_expected)?;
        let token = std::mem::replace(&mut self.token, next);
        self.end = token.range.end;
        Ok(token)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(&self.token.kind, TokenKind::Operator(operator) if *operator == symbol)
    }

    /// Takes `symbol`, which must be next.
    fn expect(&mut self, symbol: &str, operator_expected: bool) -> Result<(), Box<Problem>> {
        if self.is(symbol) {
            self.advance(operator_expected)?;
            return Ok(());
        }
        let range = self.token.range.clone();
        let problem = if self.token.kind == TokenKind::End {
            let message = format!("the expression ends where `{symbol}` is expected");
            Problem::new("S0203", message, range)
        } else {
            let message = format!("expected `{symbol}`, found `{}`", self.written());
            Problem::new("S0202", message, range)
        };
        Err(if self.text.contains("${") {
            problem
                .hint("`${…}` means nothing here: a deployment tool's placeholder must be filled in before")
        } else {
            problem
        })
    }

    /// All that binds tighter than `power`.
    fn expression(&mut self, power: u8) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep(self.token.range.clone()));
        }
        let token = self.advance(true)?;
        let mut left = self.operand(token)?;
        while power < binding_power(&self.token.kind) {
            let token = self.advance(false)?;
            left = self.operation(token, left)?;
            if left.height > MAX_DEPTH {
                return Err(too_deep(left.node.range.clone()));
            }
        }
        if left.height > MAX_DEPTH {
            return Err(too_deep(left.node.range.clone()));
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What a value can start with.
    fn operand(&mut self, token: Token) -> Parsed {
        let Token { kind, range } = token;
        let kind = match kind {
            TokenKind::Name(name) => return Ok(Part::name(name, range)),
            TokenKind::Operator(operator) => return self.prefix(operator, range),
            TokenKind::Variable(name) => {
                let mut part = Part::new(Kind::Variable(name), range, 1);
                part.origin = Origin::Variable;
                return Ok(part);
            }
            TokenKind::End => {
                self.unfinished
                    .get_or_insert_with(|| unexpected_end(self.text, range.clone()));
                Kind::Null
            }
            TokenKind::String(text) => Kind::String(text),
            TokenKind::Number(number) => Kind::Number(number),
            TokenKind::Bool(value) => Kind::Bool(value),
            TokenKind::Null => Kind::Null,
            TokenKind::Regex(regex) => Kind::Regex(regex),
        };
        Ok(Part::new(kind, range, 1))
    }

    /// A symbol where a value is expected.
    fn prefix(&mut self, operator: &'static str, range: Range<usize>) -> Parsed {
        match operator {
            "and" | "or" | "in" => Ok(Part::name(operator.to_owned(), range)),
            "*" => Ok(Part::new(Kind::Wildcard, range, 1)),
            "**" => Ok(Part::new(Kind::Descendants, range, 1)),
            "%" => {
                let slot = self.slots.add(range.clone());
                Ok(Part::new(Kind::Parent(slot), range, 1))
            }
            "-" => self.negation(range.start),
            "(" => self.block(range.start),
            "[" => self.array(range.start),
            "{" => self.object(range.start),
            "|" => self.transform(range.start),
            _ => {
                let problem = Problem::new("S0211", format!("`{operator}` cannot stand here"), range.clone());
                Err(hints::for_symbol(problem, self.text, &range))
            }
        }
    }

    /// A symbol after a value.
    fn operation(&mut self, token: Token, left: Box<Part>) -> Parsed {
        let TokenKind::Operator(operator) = token.kind else {
            return Ok(left);
        };
        match operator {
            "." => {
                let right = self.expression(75)?;
                path::dot(left, right, &mut self.slots)
            }
            "(" => self.call(left),
            "[" => self.filter(left, token.range.start),
            "{" => {
                let (pairs, height) = self.pairs()?;
                let pairs = pairs
                    .into_iter()
                    .map(|[key, value]| Pair {
                        key: key.node,
                        value: value.node,
                    })
                    .collect();
                path::group(
                    left,
                    Group {
                        pairs,
                        range: token.range.start..self.end,
                    },
                    height,
                )
            }
            "^" => self.order(left),
            ":=" => self.binding(left),
            "@" | "#" => self.variable_binding(operator, token.range.start, left),
            "?" => self.condition(left),
            "~>" => self.application(left),
            _ => self.binary(operator, left),
        }
    }

    fn binary(&mut self, operator: &'static str, left: Box<Part>) -> Parsed {
        let meaning = match operator {
            "+" => Operator::Add,
            "-" => Operator::Subtract,
            "*" => Operator::Multiply,
            "/" => Operator::Divide,
            "%" => Operator::Modulo,
            "&" => Operator::Concatenate,
            "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "and" => Operator::And,
            "or" => Operator::Or,
            _ => Operator::In,
        };
        let right = self.expression(binding_power(&TokenKind::Operator(operator)))?;
        let waiting: Vec<usize> = left.waiting().chain(right.waiting()).collect();
        let (range, height) = (
            left.node.range.start..right.node.range.end,
            left.height.max(right.height) + 1,
        );
        let mut part = Part::new(
            Kind::Binary(meaning, Box::new(left.node), Box::new(right.node)),
            range,
            height,
        );
        part.seeking = waiting;
        Ok(part)
    }

    fn negation(&mut self, start: usize) -> Parsed {
        let mut inner = self.expression(70)?;
        if let Kind::Number(number) = &mut inner.node.kind {
            *number = -*number;
            inner.node.range.start = start;
            return Ok(inner);
        }
        let mut part = Part::new(Kind::Null, start..inner.node.range.end, inner.height + 1);
        part.inherit(&inner);
        part.node.kind = Kind::Negate(Box::new(inner.node));
        Ok(part)
    }

    fn filter(&mut self, mut left: Box<Part>, start: usize) -> Parsed {
        if self.is("]") {
            left.keep_array();
            self.advance(false)?;
            return Ok(left);
        }
        let predicate = self.expression(0)?;
        self.expect("]", true)?;
        path::filter(left, predicate, start..self.end, &mut self.slots)
    }

    fn order(&mut self, left: Box<Part>) -> Parsed {
        self.expect("(", false)?;
        let mut terms = Vec::new();
        loop {
            let descending = self.is(">");
            if descending || self.is("<") {
                self.advance(false)?;
            }
            terms.push((descending, self.expression(0)?));
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", false)?;
        path::sort(left, terms, self.end, &mut self.slots)
    }

    fn binding(&mut self, left: Box<Part>) -> Parsed {
        let Some(name) = left.variable().map(str::to_owned) else {
            return Err(Problem::new(
                "S0212",
                "only a variable can be bound with `:=`",
                left.node.range.clone(),
            )
            .hint("a variable's name starts with `$`"));
        };
        // One less than the operator's own: `$a := $b := 1` binds both.
        let right = self.expression(9)?;
        let mut part = Part::new(
            Kind::Null,
            left.node.range.start..right.node.range.end,
            right.height + 1,
        );
        part.inherit(&right);
        part.node.kind = Kind::Bind(name, Box::new(right.node));
        Ok(part)
    }

    fn variable_binding(&mut self, operator: &'static str, start: usize, left: Box<Part>) -> Parsed {
        let right = self.expression(80)?;
        let Some(name) = right.variable().map(str::to_owned) else {
            return Err(Problem::new(
                "S0214",
                format!("`{operator}` needs a variable"),
                right.node.range.clone(),
            )
            .hint(format!("write `{operator}$name`")));
        };
        if operator == "@" {
            path::focus(left, name, start..self.end)
        } else {
            path::index(left, name, self.end)
        }
    }

    fn condition(&mut self, condition: Box<Part>) -> Parsed {
        let then = self.expression(0)?;
        let otherwise = if self.is(":") {
            self.advance(false)?;
            Some(self.expression(0)?)
        } else {
            None
        };
        let mut part = Part::new(Kind::Null, condition.node.range.start..self.end, 1);
        for inner in [&condition, &then].into_iter().chain(&otherwise) {
            part.inherit(inner);
            part.height = part.height.max(inner.height + 1);
        }
        part.node.kind = Kind::Condition {
            condition: Box::new(condition.node),
            then: Box::new(then.node),
            otherwise: otherwise.map(|otherwise| Box::new(otherwise.node)),
        };
        Ok(part)
    }
}

/// How tightly an operator binds what stands before it; 0 where none can stand.
fn binding_power(kind: &TokenKind) -> u8 {
    let TokenKind::Operator(operator) = kind else {
        return 0;
    };
    match *operator {
        "[" | "(" | "@" | "#" => 80,
        "." => 75,
        "{" => 70,
        "*" | "/" | "%" => 60,
        "+" | "-" | "&" => 50,
        "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "~>" | "^" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        _ => 0,
    }
}

fn too_deep(range: Range<usize>) -> Box<Problem> {
    let message = format!("the expression nests more than {MAX_DEPTH} levels deep");
    Problem::of(Code::ExpressionTooDeep, "", message, range)
        .hint("bind parts of it to variables; join many texts with `$join([…])`")
}

fn unexpected_end(text: &str, range: Range<usize>) -> Box<Problem> {
    if text.trim().is_empty() {
        Problem::new("S0207", "the expression is empty", range)
    } else {
        Problem::new("S0207", "the expression ends where a value is expected", range)
    }
}
