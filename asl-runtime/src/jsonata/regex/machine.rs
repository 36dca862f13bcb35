//! Runs the instructions of a regular expression over a text.
//!
//! Backtracks as ECMAScript says, with a stack of its own and within the budget of the evaluation: an expression that
//! tries too much fails and does not hang.

use super::{
    Regex,
    class::{fold, is_line_end, is_word, small},
    program::{Address, Class, Instruction},
};
use crate::jsonata::Error;

/// Steps that cost one unit of work.
const STEPS: usize = 2;

/// Places to come back to. Keeps memory in bounds: they are 24 bytes each.
const MAX_STACK: usize = 1 << 22;

/// Where a group matched: from, to in bytes.
pub(super) type Span = (usize, usize);

/// Finds the first match at or after `start`: of the whole expression, then of its groups.
///
/// # Errors
/// What `spend` fails with, which is told of the work done.
pub(super) fn find(
    regex: &Regex,
    text: &str,
    start: usize,
    spend: &dyn Fn(usize) -> Result<(), Error>,
) -> Result<Option<Vec<Option<Span>>>, Error> {
    let program = &regex.program;
    let mut machine = Machine {
        regex,
        text,
        slots: vec![None; (program.groups + 1) * 2],
        counters: vec![(0, 0); program.loops.len()],
        stack: Vec::new(),
        steps: 0,
        spend,
    };
    let first = match program.code.first() {
        Some(Instruction::Char { char, back: false }) if !regex.ignore_case => Some(*char),
        _ => None,
    };
    let mut at = start;
    loop {
        if let Some(first) = first {
            match text[at..].find(first) {
                Some(distance) => at += distance,
                None => return Ok(None),
            }
        }
        if let Some(end) = machine.run(0, at)? {
            let groups = machine.slots.chunks_exact(2).skip(1);
            let spans = groups.map(|slots| Some((slots[0]?, slots[1]?)));
            return Ok(Some(std::iter::once(Some((at, end))).chain(spans).collect()));
        }
        match text[at..].chars().next() {
            Some(char) => at += char.len_utf8(),
            None => return Ok(None),
        }
    }
}

/// What to do when a way fails.
enum Undo {
    /// Try another way.
    Branch(Address, usize),
    /// Give back a character of a run, down to its shortest.
    Shorter {
        next: Address,
        least: usize,
        end: usize,
    },
    /// Take one more character of a class.
    Longer {
        instruction: Address,
        end: usize,
        left: u32,
    },
    Slot(usize, Option<usize>),
    Counter(usize, (u32, usize)),
}

struct Machine<'p> {
    regex: &'p Regex,
    text: &'p str,
    slots: Vec<Option<usize>>,
    /// Of each loop: rounds, and where the last one began.
    counters: Vec<(u32, usize)>,
    stack: Vec<Undo>,
    steps: usize,
    spend: &'p dyn Fn(usize) -> Result<(), Error>,
}

impl Machine<'_> {
    /// Where the match that begins here ends. Undoes everything if there is none.
    fn run(&mut self, mut pc: Address, mut at: usize) -> Result<Option<usize>, Error> {
        let base = self.stack.len();
        loop {
            self.steps += 1;
            if self.steps >= STEPS {
                (self.spend)(self.steps / STEPS)?;
                self.steps %= STEPS;
                if self.stack.len() > MAX_STACK {
                    // More than is left for anybody.
                    (self.spend)(usize::MAX)?;
                }
            }
            let regex = self.regex;
            let goes_on = match regex.program.code.get(pc) {
                None | Some(Instruction::Match | Instruction::LookEnd) => return Ok(Some(at)),
                Some(Instruction::Look { negated, next }) => {
                    if self.look(pc + 1, at, *negated)? {
                        Some((*next, at))
                    } else {
                        None
                    }
                }
                Some(instruction) => self.step(instruction, pc, at),
            };
            (pc, at) = match goes_on.or_else(|| self.back_track(base)) {
                Some(state) => state,
                None => return Ok(None),
            };
        }
    }

    /// Whether what stands at an address matches here, or does not. Groups keep what they matched; other ways within are
    /// forgotten.
    fn look(&mut self, pc: Address, at: usize, negated: bool) -> Result<bool, Error> {
        let base = self.stack.len();
        // The depth of this recursion is that of the groups.
        let found = self.run(pc, at)?.is_some();
        if found && negated {
            for undo in self.stack.drain(base..).rev() {
                match undo {
                    Undo::Slot(slot, old) => self.slots[slot] = old,
                    Undo::Counter(index, old) => self.counters[index] = old,
                    Undo::Branch(..) | Undo::Shorter { .. } | Undo::Longer { .. } => {}
                }
            }
        } else if found {
            let changes = self.stack.split_off(base);
            let changes = changes.into_iter();
            self.stack
                .extend(changes.filter(|undo| matches!(undo, Undo::Slot(..) | Undo::Counter(..))));
        }
        Ok(found != negated)
    }

    /// Undoes changes up to the last place from which another way leads.
    fn back_track(&mut self, base: usize) -> Option<(Address, usize)> {
        while self.stack.len() > base {
            if let Some(state) = self.undo_last() {
                return Some(state);
            }
        }
        None
    }

    fn undo_last(&mut self) -> Option<(Address, usize)> {
        match self.stack.pop()? {
            Undo::Branch(pc, at) => Some((pc, at)),
            Undo::Slot(slot, old) => {
                self.slots[slot] = old;
                None
            }
            Undo::Counter(index, old) => {
                self.counters[index] = old;
                None
            }
            Undo::Shorter { next, least, end } => {
                let shorter = end - self.text[..end].chars().next_back().map_or(0, char::len_utf8);
                if shorter > least {
                    self.stack.push(Undo::Shorter {
                        next,
                        least,
                        end: shorter,
                    });
                }
                Some((next, shorter))
            }
            Undo::Longer {
                instruction,
                end,
                left,
            } => {
                let Some(Instruction::Run { class, .. }) = self.regex.program.code.get(instruction) else {
                    return None;
                };
                let longer = self.one(*class, end)?;
                if left > 1 {
                    self.stack.push(Undo::Longer {
                        instruction,
                        end: longer,
                        left: left - 1,
                    });
                }
                Some((instruction + 1, longer))
            }
        }
    }

    fn step(&mut self, instruction: &Instruction, pc: Address, at: usize) -> Option<(Address, usize)> {
        match instruction {
            Instruction::Char { char, back } => {
                let (found, next) = self.char(at, *back)?;
                let found = if self.regex.ignore_case {
                    fold(found)
                } else {
                    found
                };
                (found == *char).then_some((pc + 1, next))
            }
            Instruction::Class { class, back } => {
                let (found, next) = self.char(at, *back)?;
                self.is_in(*class, found).then_some((pc + 1, next))
            }
            Instruction::Run {
                class,
                min,
                max,
                greedy,
            } => self.take_run(pc, at, *class, *min, *max, *greedy),
            Instruction::Jump(next) => Some((*next, at)),
            Instruction::Split(first, second) => {
                self.stack.push(Undo::Branch(*second, at));
                Some((*first, at))
            }
            Instruction::Save(slot) => {
                self.set_slot(*slot, Some(at));
                Some((pc + 1, at))
            }
            Instruction::Start => {
                let before = self.text[..at].chars().next_back();
                let is_start = before.is_none_or(|char| self.regex.multiline && is_line_end(char));
                is_start.then_some((pc + 1, at))
            }
            Instruction::End => {
                let after = self.text[at..].chars().next();
                let is_end = after.is_none_or(|char| self.regex.multiline && is_line_end(char));
                is_end.then_some((pc + 1, at))
            }
            Instruction::WordBoundary { negated } => {
                let before = self.text[..at].chars().next_back().is_some_and(is_word);
                let after = self.text[at..].chars().next().is_some_and(is_word);
                ((before != after) != *negated).then_some((pc + 1, at))
            }
            Instruction::Reference { group, back } => Some((pc + 1, self.reference(*group, at, *back)?)),
            Instruction::Begin(index) => {
                self.set_counter(*index, (0, at));
                Some((pc + 1, at))
            }
            Instruction::Round(index) => self.round(*index, pc, at),
            Instruction::Enter(index) => {
                let (rounds, _) = self.counters[*index];
                self.set_counter(*index, (rounds + 1, at));
                let (from, to) = self.regex.program.loops[*index].slots;
                for slot in from..to {
                    self.set_slot(slot, None);
                }
                Some((pc + 1, at))
            }
            Instruction::Again(index) => {
                let this = &self.regex.program.loops[*index];
                let (rounds, start) = self.counters[*index];
                // A round for nothing is one too many.
                let is_idle = at == start && rounds > this.min;
                (!is_idle).then_some((this.round, at))
            }
            // Handled where it is known what to do about errors.
            Instruction::Match | Instruction::LookEnd | Instruction::Look { .. } => None,
        }
    }

    fn round(&mut self, index: usize, pc: Address, at: usize) -> Option<(Address, usize)> {
        let this = &self.regex.program.loops[index];
        let (rounds, _) = self.counters[index];
        if rounds < this.min {
            return Some((pc + 1, at));
        }
        if rounds >= this.max {
            return Some((this.exit, at));
        }
        let (first, second) = if this.greedy {
            (pc + 1, this.exit)
        } else {
            (this.exit, pc + 1)
        };
        self.stack.push(Undo::Branch(second, at));
        Some((first, at))
    }

    fn take_run(
        &mut self,
        pc: Address,
        at: usize,
        class: usize,
        min: u32,
        max: u32,
        greedy: bool,
    ) -> Option<(Address, usize)> {
        let mut end = at;
        for _ in 0..min {
            end = self.one(class, end)?;
        }
        let least = end;
        if !greedy {
            if max > min {
                self.stack.push(Undo::Longer {
                    instruction: pc,
                    end,
                    left: max - min,
                });
            }
            return Some((pc + 1, end));
        }
        let mut left = max - min;
        while left > 0
            && let Some(next) = self.one(class, end)
        {
            end = next;
            left -= 1;
        }
        // To go over a run is much quicker than steps are.
        self.steps += (end - at) / 8;
        if end > least {
            self.stack.push(Undo::Shorter {
                next: pc + 1,
                least,
                end,
            });
        }
        Some((pc + 1, end))
    }

    fn reference(&self, group: usize, at: usize, back: bool) -> Option<usize> {
        let (Some(start), Some(end)) = (self.slots[group * 2], self.slots[group * 2 + 1]) else {
            // A group that matched nothing matches everywhere.
            return Some(at);
        };
        let mut place = at;
        let mut wanted = self.text[start..end].chars();
        loop {
            let next = if back { wanted.next_back() } else { wanted.next() };
            let Some(wanted) = next else {
                return Some(place);
            };
            let (found, next) = self.char(place, back)?;
            let is_same = found == wanted || self.regex.ignore_case && fold(found) == fold(wanted);
            if !is_same {
                return None;
            }
            place = next;
        }
    }

    /// The character here and the place behind it, or the one before.
    fn char(&self, at: usize, back: bool) -> Option<(char, usize)> {
        if back {
            let char = self.text[..at].chars().next_back()?;
            Some((char, at - char.len_utf8()))
        } else {
            let char = self.text[at..].chars().next()?;
            Some((char, at + char.len_utf8()))
        }
    }

    /// The place behind a character of the class.
    fn one(&self, class: usize, at: usize) -> Option<usize> {
        let (char, next) = self.char(at, false)?;
        self.is_in(class, char).then_some(next)
    }

    fn is_in(&self, class: usize, char: char) -> bool {
        let class: &Class = &self.regex.program.classes[class];
        let is_listed = class.lists(char)
            || self.regex.ignore_case && {
                let (capital, small) = (fold(char), small(char));
                class.lists(capital) || fold(small) == capital && class.lists(small)
            };
        is_listed != class.inverted
    }

    fn set_slot(&mut self, slot: usize, place: Option<usize>) {
        let old = std::mem::replace(&mut self.slots[slot], place);
        if old != place {
            self.stack.push(Undo::Slot(slot, old));
        }
    }

    fn set_counter(&mut self, index: usize, counter: (u32, usize)) {
        let old = std::mem::replace(&mut self.counters[index], counter);
        self.stack.push(Undo::Counter(index, old));
    }
}
