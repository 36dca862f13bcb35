//! From the tree of a regular expression to instructions.

use super::{
    class::{Class, fold},
    parse::{Node, Tree},
};

/// Where to go on.
pub type Address = usize;

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// All matches.
    Match,
    /// One character.
    Char {
        /// Which; its capital where case does not count.
        char: char,
        /// The one before.
        back: bool,
    },
    /// One character of a class.
    Class {
        /// Its index among the classes.
        class: usize,
        /// The one before.
        back: bool,
    },
    /// As many characters of a class as there are, or as few as do.
    Run {
        /// Its index among the classes.
        class: usize,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
        /// Rather more than fewer.
        greedy: bool,
    },
    /// Goes on elsewhere.
    Jump(Address),
    /// Tries the one, then the other.
    Split(Address, Address),
    /// Keeps the place in a slot: two for each group.
    Save(usize),
    /// `^`
    Start,
    /// `$`
    End,
    /// `\b`, `\B`
    WordBoundary {
        /// `\B`
        negated: bool,
    },
    /// What a group matched, once more.
    Reference {
        /// Its number.
        group: usize,
        /// Before this place.
        back: bool,
    },
    /// What follows, up to `LookEnd`, must match here, or must not.
    Look {
        /// It must not.
        negated: bool,
        /// Behind `LookEnd`.
        next: Address,
    },
    /// Ends what `Look` begins.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// At least so many rounds.
    pub min: u32,
    /// At most so many rounds.
    pub max: u32,
    /// Rather more rounds than fewer.
    pub greedy: bool,
    /// Where `Round` stands.
    pub round: Address,
    /// What comes after.
    pub exit: Address,
    /// The slots that are empty again in each round.
    pub slots: (usize, usize),
}

/// A regular expression in instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Begins with the first one, ends with `Match`.
    pub code: Vec<Instruction>,
    /// The classes of characters.
    pub classes: Vec<Class>,
    /// The repetitions.
    pub loops: Vec<Loop>,
    /// Number of groups that are kept, without the whole.
    pub groups: usize,
}

/// Compiles a tree. The program is hardly longer than the text: what is repeated is counted and not copied.
pub(super) fn compile(tree: &Tree, ignore_case: bool) -> Program {
    let mut compiler = Compiler {
        program: Program {
            code: Vec::new(),
            classes: Vec::new(),
            loops: Vec::new(),
            groups: tree.groups,
        },
        ignore_case,
        names: &tree.names,
        back: false,
    };
    compiler.node(&tree.root);
    compiler.push(Instruction::Match);
    compiler.program
}

struct Compiler<'t> {
    program: Program,
    ignore_case: bool,
    names: &'t [(String, usize)],
    /// Within a look behind everything goes from right to left.
    back: bool,
}

impl Compiler<'_> {
    fn here(&self) -> Address {
        self.program.code.len()
    }

    fn push(&mut self, instruction: Instruction) -> Address {
        self.program.code.push(instruction);
        self.here() - 1
    }

    fn class(&mut self, class: &Class) -> usize {
        let known = self.program.classes.iter().position(|known| known == class);
        known.unwrap_or_else(|| {
            self.program.classes.push(class.clone());
            self.program.classes.len() - 1
        })
    }

    fn node(&mut self, node: &Node) {
        let back = self.back;
        match node {
            Node::Empty => {}
            Node::Char(char) => {
                let char = if self.ignore_case { fold(*char) } else { *char };
                self.push(Instruction::Char { char, back });
            }
            Node::Class(class) => {
                let class = self.class(class);
                self.push(Instruction::Class { class, back });
            }
            Node::Start => drop(self.push(Instruction::Start)),
            Node::End => drop(self.push(Instruction::End)),
            Node::WordBoundary { negated } => {
                self.push(Instruction::WordBoundary { negated: *negated });
            }
            Node::Reference(group) => {
                self.push(Instruction::Reference { group: *group, back });
            }
            Node::Name(name) => {
                let found = self.names.iter().find(|(known, _)| known == name);
                // The parser knows all names.
                if let Some((_, group)) = found {
                    self.push(Instruction::Reference { group: *group, back });
                }
            }
            Node::Sequence(nodes) if back => {
                for node in nodes.iter().rev() {
                    self.node(node);
                }
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node);
                }
            }
            Node::Choice(branches) => self.choice(branches),
            Node::Group { number, inner } => match number {
                None => self.node(inner),
                Some(number) => {
                    let (first, last) = (number * 2, number * 2 + 1);
                    self.push(Instruction::Save(if back { last } else { first }));
                    self.node(inner);
                    self.push(Instruction::Save(if back { first } else { last }));
                }
            },
            Node::Look {
                behind,
                negated,
                inner,
            } => {
                let negated = *negated;
                let look = self.push(Instruction::Look { negated, next: 0 });
                self.back = *behind;
                self.node(inner);
                self.back = back;
                self.push(Instruction::LookEnd);
                let next = self.here();
                self.program.code[look] = Instruction::Look { negated, next };
            }
            Node::Repeat {
                inner,
                min,
                max,
                greedy,
                groups,
            } => self.repeat(inner, *min, *max, *greedy, *groups),
        }
    }

    fn choice(&mut self, branches: &[Node]) {
        let mut jumps = Vec::new();
        let (last, others) = match branches.split_last() {
            Some(split) => split,
            None => return,
        };
        for branch in others {
            let split = self.push(Instruction::Split(0, 0));
            self.node(branch);
            jumps.push(self.push(Instruction::Jump(0)));
            self.program.code[split] = Instruction::Split(split + 1, self.here());
        }
        self.node(last);
        let end = self.here();
        for jump in jumps {
            self.program.code[jump] = Instruction::Jump(end);
        }
    }

    fn repeat(&mut self, inner: &Node, min: u32, max: u32, greedy: bool, groups: (usize, usize)) {
        if !self.back
            && let Some(class) = self.single(inner)
        {
            let class = self.class(&class);
            self.push(Instruction::Run {
                class,
                min,
                max,
                greedy,
            });
            return;
        }
        let index = self.program.loops.len();
        self.push(Instruction::Begin(index));
        let round = self.push(Instruction::Round(index));
        self.program.loops.push(Loop {
            min,
            max,
            greedy,
            round,
            exit: 0,
            slots: ((groups.0 + 1) * 2, (groups.1 + 1) * 2),
        });
        self.push(Instruction::Enter(index));
        self.node(inner);
        self.push(Instruction::Again(index));
        self.program.loops[index].exit = self.here();
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
