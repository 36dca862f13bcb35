//! The instructions of a regular expression, which the compiler has made.

/// Where to go on.
pub type Address = usize;

/// What is to be done next.
#[derive(Debug)]
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
#[derive(Debug)]
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

/// A set of characters.
#[derive(Debug)]
pub struct Class {
    /// From, to; both in the set. In ascending order without overlaps.
    pub ranges: &'static [(u32, u32)],
    /// `[^…]`: all characters but these.
    pub inverted: bool,
}

/// A regular expression in instructions.
#[derive(Debug)]
pub struct Program {
    /// Begins with the first one, ends with `Match`.
    pub code: &'static [Instruction],
    /// The classes of characters.
    pub classes: &'static [Class],
    /// The repetitions.
    pub loops: &'static [Loop],
    /// Number of groups that are kept, without the whole.
    pub groups: usize,
}
