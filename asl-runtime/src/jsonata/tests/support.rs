//! What the tests start from.

use std::cell::Cell;

use crate::{
    Timestamp,
    jsonata::{
        Data, Environment, Eval, Regex,
        regex::{Class, Instruction, Loop, Program},
    },
};
use asl_compiler::jsonata::regex::Instruction as Compiled;

/// An evaluation at a fixed time, whose random numbers can be foretold.
#[derive(Default)]
pub struct Fixed(Cell<u64>);

/// 2023-11-14T22:13:20.123Z
pub const NOW: i64 = 1_700_000_000_123;

impl Environment for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW)
    }
    fn random(&self) -> u64 {
        // An odd factor visits many numbers.
        self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
        self.0.get()
    }
}

/// The JSON as compact text; `undefined`, `function`.
pub fn print(data: Data) -> String {
    match data.into_value() {
        Ok(value) => value.to_json(),
        Err(why) => format!("{why:?}").to_lowercase(),
    }
}

/// What went wrong.
pub fn error(result: Eval) -> String {
    match result {
        Ok(data) => format!("no error, but {}", print(data)),
        Err(error) => error.to_string(),
    }
}

/// A regular expression, compiled as with an expression.
pub fn regex(pattern: &str, ignore_case: bool, multiline: bool) -> &'static Regex {
    let written = asl_compiler::jsonata::tree::Regex {
        pattern: pattern.to_owned(),
        ignore_case,
        multiline,
    };
    let program = asl_compiler::jsonata::regex::compile(&written).expect(pattern);
    let classes = program.classes.into_iter().map(|class| Class {
        ranges: class.ranges.leak(),
        inverted: class.inverted,
    });
    let loops = program.loops.into_iter().map(|it| Loop {
        min: it.min,
        max: it.max,
        greedy: it.greedy,
        round: it.round,
        exit: it.exit,
        slots: it.slots,
    });
    Box::leak(Box::new(Regex {
        pattern: written.pattern.leak(),
        ignore_case,
        multiline,
        program: Program {
            code: program
                .code
                .into_iter()
                .map(instruction)
                .collect::<Vec<_>>()
                .leak(),
            classes: classes.collect::<Vec<_>>().leak(),
            loops: loops.collect::<Vec<_>>().leak(),
            groups: program.groups,
        },
    }))
}

fn instruction(instruction: Compiled) -> Instruction {
    match instruction {
        Compiled::Match => Instruction::Match,
        Compiled::Char { char, back } => Instruction::Char { char, back },
        Compiled::Class { class, back } => Instruction::Class { class, back },
        Compiled::Run {
            class,
            min,
            max,
            greedy,
        } => Instruction::Run {
            class,
            min,
            max,
            greedy,
        },
        Compiled::Jump(to) => Instruction::Jump(to),
        Compiled::Split(first, second) => Instruction::Split(first, second),
        Compiled::Save(slot) => Instruction::Save(slot),
        Compiled::Start => Instruction::Start,
        Compiled::End => Instruction::End,
        Compiled::WordBoundary { negated } => Instruction::WordBoundary { negated },
        Compiled::Reference { group, back } => Instruction::Reference { group, back },
        Compiled::Look { negated, next } => Instruction::Look { negated, next },
        Compiled::LookEnd => Instruction::LookEnd,
        Compiled::Begin(index) => Instruction::Begin(index),
        Compiled::Round(index) => Instruction::Round(index),
        Compiled::Enter(index) => Instruction::Enter(index),
        Compiled::Again(index) => Instruction::Again(index),
    }
}
