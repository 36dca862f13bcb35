//! From the text of a regular expression to its tree.
//!
//! The grammar is ECMAScript's without the `u` flag, with what
//! [annex B](https://tc39.es/ecma262/#sec-regular-expressions-patterns) allows besides: `{` and `]` that stand for
//! themselves, octal escapes, escapes of any character.

mod characters;

use super::class::Class;
use characters::Half;

/// Groups within one another. Bounds every recursion over a tree.
const MAX_DEPTH: usize = 100;

/// Repetitions and groups are counted in 32 bits.
const MAX_COUNT: u32 = u32::MAX;

/// A part of a regular expression.
#[derive(Debug)]
pub(super) enum Node {
    Empty,
    Char(char),
    Class(Class),
    /// `^`
    Start,
    /// `$`
    End,
    /// `\b`, `\B`
    WordBoundary {
        negated: bool,
    },
    /// `\1`, and `\k<name>` once all names are known.
    Reference(usize),
    Name(String),
    Sequence(Vec<Self>),
    Choice(Vec<Self>),
    Group {
        /// Its number, if what it matches is to be kept.
        number: Option<usize>,
        inner: Box<Self>,
    },
    Look {
        behind: bool,
        negated: bool,
        inner: Box<Self>,
    },
    Repeat {
        inner: Box<Self>,
        min: u32,
        max: u32,
        greedy: bool,
        /// The groups within, first and behind the last: they are empty again in each round.
        groups: (usize, usize),
    },
}

/// A regular expression in its parts.
pub(super) struct Tree {
    pub root: Node,
    /// Number of groups that are kept.
    pub groups: usize,
    /// Their names.
    pub names: Vec<(String, usize)>,
}

/// What is wrong with a regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes of the text between the slashes.
    pub at: usize,
    /// What.
    pub message: String,
}

/// Reads a regular expression.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Tree, Fault> {
    let mut parser = Parser::new(text);
    let root = parser.whole();
    root.map(|root| Tree {
        root,
        groups: parser.groups,
        names: parser.names,
    })
    .map_err(|message| Fault {
        at: text
            .char_indices()
            .nth(parser.fault)
            .map_or(text.len(), |(at, _)| at),
        message,
    })
}

/// How many groups are kept in all: a number behind a backslash refers to a group only if there are as many.
fn count_groups(chars: &[char]) -> usize {
    let mut count = 0;
    let mut in_class = false;
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let named = chars.get(at + 2) == Some(&'<') && !matches!(chars.get(at + 3), Some('=' | '!'));
                if chars.get(at + 1) != Some(&'?') || named {
                    count += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    count
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    /// All groups that are kept, also those still to come.
    total: usize,
    groups: usize,
    names: Vec<(String, usize)>,
    depth: usize,
    /// The names of groups that are referred to, and where.
    references: Vec<(String, usize)>,
    /// Where the part begins that is being read, and with which something is wrong.
    fault: usize,
}

impl Parser {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self {
            total: count_groups(&chars),
            chars,
            at: 0,
            groups: 0,
            names: Vec::new(),
            depth: 0,
            references: Vec::new(),
            fault: 0,
        }
    }

    fn whole(&mut self) -> Result<Node, String> {
        let root = self.choice()?;
        self.fault = self.at;
        if self.peek().is_some() {
            return Err("this `)` closes nothing".to_owned());
        }
        let is_known = |name: &str| self.names.iter().any(|(known, _)| known == name);
        if let Some((name, at)) = self.references.iter().find(|(name, _)| !is_known(name)) {
            self.fault = *at;
            return Err(format!("no group is called `{name}`"));
        }
        Ok(root)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: &str) -> bool {
        let count = wanted.chars().count();
        let next = self.chars.get(self.at..self.at + count);
        let found = next.is_some_and(|next| next.iter().copied().eq(wanted.chars()));
        if found {
            self.at += count;
        }
        found
    }

    fn choice(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("groups are nested more than {MAX_DEPTH} deep"));
        }
        let mut branches = vec![self.sequence()?];
        while self.take("|") {
            branches.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(match branches.pop() {
            Some(only) if branches.is_empty() => only,
            last => {
                branches.extend(last);
                Node::Choice(branches)
            }
        })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut terms = Vec::new();
        while let Some(char) = self.peek() {
            if matches!(char, '|' | ')') {
                break;
            }
            let before = self.groups;
            let term = self.term(char)?;
            terms.push(self.repeated(term, before)?);
        }
        Ok(match terms.pop() {
            None => Node::Empty,
            Some(only) if terms.is_empty() => only,
            Some(last) => {
                terms.push(last);
                Node::Sequence(terms)
            }
        })
    }

    fn term(&mut self, char: char) -> Result<Node, String> {
        self.fault = self.at;
        if self.quantifier_ahead() {
            return Err("there is nothing to repeat".to_owned());
        }
        self.at += 1;
        Ok(match char {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Class(Class::dot()),
            '(' => self.group()?,
            '[' => Node::Class(self.class()?),
            '\\' => self.escape()?,
            other => Node::Char(other),
        })
    }

    fn quantifier_ahead(&mut self) -> bool {
        let start = self.at;
        let found = self.quantifier().is_ok_and(|quantifier| quantifier.is_some());
        self.at = start;
        found
    }

    fn repeated(&mut self, inner: Node, groups_before: usize) -> Result<Node, String> {
        let start = self.at;
        self.fault = start;
        let Some((min, max)) = self.quantifier()? else {
            return Ok(inner);
        };
        let greedy = !self.take("?");
        self.fault = self.at;
        if self.quantifier_ahead() {
            return Err("there is nothing to repeat".to_owned());
        }
        let is_place = matches!(
            inner,
            Node::Start | Node::End | Node::WordBoundary { .. } | Node::Look { behind: true, .. }
        );
        if is_place {
            self.fault = start;
            return Err("there is nothing to repeat".to_owned());
        }
        Ok(Node::Repeat {
            inner: Box::new(inner),
            min,
            max,
            greedy,
            groups: (groups_before, self.groups),
        })
    }

    /// `*`, `+`, `?`, `{1}`, `{1,}`, `{1,2}`. A brace with anything else in it stands for itself.
    fn quantifier(&mut self) -> Result<Option<(u32, u32)>, String> {
        let simple = match self.peek() {
            Some('*') => Some((0, MAX_COUNT)),
            Some('+') => Some((1, MAX_COUNT)),
            Some('?') => Some((0, 1)),
            _ => None,
        };
        if simple.is_some() {
            self.at += 1;
            return Ok(simple);
        }
        let start = self.at;
        if !self.take("{") {
            return Ok(None);
        }
        let bounds = self.number().and_then(|min| {
            let max = if self.take(",") {
                self.number().unwrap_or(MAX_COUNT)
            } else {
                min
            };
            self.take("}").then_some((min, max))
        });
        match bounds {
            Some((min, max)) if min > max => {
                Err("the numbers of this quantifier are out of order".to_owned())
            }
            Some(bounds) => Ok(Some(bounds)),
            None => {
                self.at = start;
                Ok(None)
            }
        }
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        let mut number = 0_u32;
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        (self.at > start).then_some(number)
    }

    fn group(&mut self) -> Result<Node, String> {
        let start = self.fault;
        let look = |behind, negated| Some((behind, negated));
        let kind = match () {
            () if self.take("?=") => look(false, false),
            () if self.take("?!") => look(false, true),
            () if self.take("?<=") => look(true, false),
            () if self.take("?<!") => look(true, true),
            () => None,
        };
        if let Some((behind, negated)) = kind {
            let inner = Box::new(self.inner(start)?);
            return Ok(Node::Look {
                behind,
                negated,
                inner,
            });
        }
        let mut number = None;
        if self.take("?<") {
            let name = self.name()?;
            self.groups += 1;
            number = Some(self.groups);
            if self.names.iter().any(|(known, _)| *known == name) {
                return Err(format!("two groups are called `{name}`"));
            }
            self.names.push((name, self.groups));
        } else if !self.take("?:") {
            if self.peek() == Some('?') {
                return Err("this kind of group is unknown".to_owned());
            }
            self.groups += 1;
            number = Some(self.groups);
        }
        let inner = Box::new(self.inner(start)?);
        Ok(Node::Group { number, inner })
    }

    fn inner(&mut self, start: usize) -> Result<Node, String> {
        let inner = self.choice()?;
        self.fault = start;
        if !self.take(")") {
            return Err("this group is not closed".to_owned());
        }
        Ok(inner)
    }

    fn name(&mut self) -> Result<String, String> {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|char| *char == '>') else {
            return Err("the name of this group is not closed".to_owned());
        };
        let name: String = rest[..length].iter().collect();
        let is_name = |(at, char): (usize, char)| {
            char == '_'
                || char == '$'
                || if at == 0 {
                    char.is_alphabetic()
                } else {
                    char.is_alphanumeric()
                }
        };
        if name.is_empty() || !name.chars().enumerate().all(is_name) {
            return Err(format!("`{name}` is no name of a group"));
        }
        self.at += length + 1;
        Ok(name)
    }

    fn escape(&mut self) -> Result<Node, String> {
        let Some(char) = self.peek() else {
            return Err("this `\\` escapes nothing".to_owned());
        };
        match char {
            'b' | 'B' => {
                self.at += 1;
                return Ok(Node::WordBoundary { negated: char == 'B' });
            }
            // Without named groups this is a `k`.
            'k' if self.chars.windows(3).any(|three| three == ['(', '?', '<']) => {
                self.at += 1;
                if !self.take("<") {
                    return Err("`\\k` without the name of a group".to_owned());
                }
                let name = self.name()?;
                self.references.push((name.clone(), self.fault));
                return Ok(Node::Name(name));
            }
            '1'..='9' => {
                let start = self.at;
                let number = self.number().and_then(|number| usize::try_from(number).ok());
                match number {
                    Some(number) if number <= self.total => return Ok(Node::Reference(number)),
                    _ => self.at = start,
                }
            }
            _ => {}
        }
        if let Some(class) = Class::escape(char) {
            self.at += 1;
            return Ok(Node::Class(class));
        }
        Ok(match self.character_escape() {
            Ok(char) => Node::Char(char),
            // Half of a pair: never in a text.
            Err(Half) => Node::Class(Class::default()),
        })
    }
}
