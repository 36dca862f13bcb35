//! From the tree of a regular expression to instructions.

use super::{
    class::{Class, fold},
    parse::{Node, Tree},
};

/// Larger programs are refused. Only numbers behind groups make more instructions than the text has characters, and
/// those are counters here, so this is far beyond what is written by hand.
const MAX_LENGTH: usize = 1 << 20;

/// Where to go on.
pub(super) type Address = usize;

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Instruction {
    Match,
    Char {
        char: char,
        back: bool,
    },
    Class {
        class: usize,
        back: bool,
    },
    /// As many characters of a class as there are, or as few as do.
    Run {
        class: usize,
        min: u32,
        max: u32,
        greedy: bool,
    },
    Jump(Address),
    /// Tries the one, then the other.
    Split(Address, Address),
    /// Keeps the place in a slot.
    Save(usize),
    Start,
    End,
    WordBoundary {
        negated: bool,
    },
    Reference {
        group: usize,
        back: bool,
    },
    /// What follows, up to `LookEnd`, must match here, or must not.
    Look {
        negated: bool,
        next: Address,
    },
    LookEnd,
    /// Begins to count rounds.
    Begin(usize),
    /// Decides on another round: `Enter` comes next.
    Round(usize),
    /// Counts the round.
    Enter(usize),
    /// Ends a round.
    Again(usize),
}

/// A repetition that counts.
#[derive(Debug)]
pub(super) struct Loop {
    pub min: u32,
    pub max: u32,
    pub greedy: bool,
    /// Where `Round` stands.
    pub round: Address,
    /// What comes after.
    pub exit: Address,
    /// The slots that are empty again in each round.
    pub slots: (usize, usize),
}

/// A regular expression in instructions.
#[derive(Debug)]
pub(super) struct Program {
    pub code: Vec<Instruction>,
    pub classes: Vec<Class>,
    pub loops: Vec<Loop>,
    /// Number of groups that are kept, without the whole.
    pub groups: usize,
    pub ignore_case: bool,
    pub multiline: bool,
}

/// Compiles a tree.
///
/// # Errors
/// A name is unknown, or the program is too large.
pub(super) fn compile(tree: &Tree, ignore_case: bool, multiline: bool) -> Result<Program, String> {
    let mut compiler = Compiler {
        program: Program {
            code: Vec::new(),
            classes: Vec::new(),
            loops: Vec::new(),
            groups: tree.groups,
            ignore_case,
            multiline,
        },
        names: &tree.names,
        back: false,
    };
    compiler.node(&tree.root)?;
    compiler.push(Instruction::Match)?;
    Ok(compiler.program)
}

struct Compiler<'t> {
    program: Program,
    names: &'t [(String, usize)],
    /// Within a look behind everything goes from right to left.
    back: bool,
}

impl Compiler<'_> {
    fn here(&self) -> Address {
        self.program.code.len()
    }

    fn push(&mut self, instruction: Instruction) -> Result<Address, String> {
        if self.here() >= MAX_LENGTH {
            return Err("the regular expression is too large".to_owned());
        }
        self.program.code.push(instruction);
        Ok(self.here() - 1)
    }

    fn class(&mut self, class: &Class) -> usize {
        self.program.classes.push(class.clone());
        self.program.classes.len() - 1
    }

    fn node(&mut self, node: &Node) -> Result<(), String> {
        let back = self.back;
        match node {
            Node::Empty => {}
            Node::Char(char) => {
                let char = if self.program.ignore_case {
                    fold(*char)
                } else {
                    *char
                };
                self.push(Instruction::Char { char, back })?;
            }
            Node::Class(class) => {
                let class = self.class(class);
                self.push(Instruction::Class { class, back })?;
            }
            Node::Start => drop(self.push(Instruction::Start)?),
            Node::End => drop(self.push(Instruction::End)?),
            Node::WordBoundary { negated } => {
                self.push(Instruction::WordBoundary { negated: *negated })?;
            }
            Node::Reference(group) => {
                self.push(Instruction::Reference { group: *group, back })?;
            }
            Node::Name(name) => {
                let found = self.names.iter().find(|(known, _)| known == name);
                let Some((_, group)) = found else {
                    return Err(format!("no group is called `{name}`"));
                };
                self.push(Instruction::Reference { group: *group, back })?;
            }
            Node::Sequence(nodes) if back => {
                for node in nodes.iter().rev() {
                    self.node(node)?;
                }
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Choice(branches) => self.choice(branches)?,
            Node::Group { number, inner } => match number {
                None => self.node(inner)?,
                Some(number) => {
                    let (first, last) = (number * 2, number * 2 + 1);
                    self.push(Instruction::Save(if back { last } else { first }))?;
                    self.node(inner)?;
                    self.push(Instruction::Save(if back { first } else { last }))?;
                }
            },
            Node::Look {
                behind,
                negated,
                inner,
            } => {
                let negated = *negated;
                let look = self.push(Instruction::Look { negated, next: 0 })?;
                self.back = *behind;
                self.node(inner)?;
                self.back = back;
                self.push(Instruction::LookEnd)?;
                let next = self.here();
                self.program.code[look] = Instruction::Look { negated, next };
            }
            Node::Repeat {
                inner,
                min,
                max,
                greedy,
                groups,
            } => self.repeat(inner, *min, *max, *greedy, *groups)?,
        }
        Ok(())
    }

    fn choice(&mut self, branches: &[Node]) -> Result<(), String> {
        let mut jumps = Vec::new();
        let (last, others) = match branches.split_last() {
            Some(split) => split,
            None => return Ok(()),
        };
        for branch in others {
            let split = self.push(Instruction::Split(0, 0))?;
            self.node(branch)?;
            jumps.push(self.push(Instruction::Jump(0))?);
            self.program.code[split] = Instruction::Split(split + 1, self.here());
        }
        self.node(last)?;
        let end = self.here();
        for jump in jumps {
            self.program.code[jump] = Instruction::Jump(end);
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        inner: &Node,
        min: u32,
        max: u32,
        greedy: bool,
        groups: (usize, usize),
    ) -> Result<(), String> {
        if !self.back
            && let Some(class) = self.single(inner)
        {
            let class = self.class(&class);
            return self
                .push(Instruction::Run {
                    class,
                    min,
                    max,
                    greedy,
                })
                .map(drop);
        }
        let index = self.program.loops.len();
        self.push(Instruction::Begin(index))?;
        let round = self.push(Instruction::Round(index))?;
        self.program.loops.push(Loop {
            min,
            max,
            greedy,
            round,
            exit: 0,
            slots: ((groups.0 + 1) * 2, (groups.1 + 1) * 2),
        });
        self.push(Instruction::Enter(index))?;
        self.node(inner)?;
        self.push(Instruction::Again(index))?;
        self.program.loops[index].exit = self.here();
        Ok(())
    }

    /// The class of what matches one character.
    fn single(&self, node: &Node) -> Option<Class> {
        match node {
            Node::Class(class) => Some(class.clone()),
            Node::Char(char) => {
                let mut class = Class::default();
                class.add(u32::from(*char), u32::from(*char));
                Some(class)
            }
            Node::Group { number: None, inner } => self.single(inner),
            _ => None,
        }
    }
}
