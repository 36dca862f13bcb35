//! Regular expressions as static data.

use proc_macro2::TokenStream;
use quote::quote;

use crate::jsonata::{
    regex::{Class, Instruction, Loop, Program, compile},
    tree::Regex,
};

/// The function that a regular expression is.
pub(super) fn value(regex: &Regex) -> TokenStream {
    let Regex {
        pattern,
        ignore_case,
        multiline,
    } = regex;
    let program = match compile(regex) {
        Ok(program) => self::program(&program),
        // Told already, where the expression was checked.
        Err(fault) => {
            let message = fault.message;
            return quote!(::core::compile_error!(#message));
        }
    };
    quote!({
        static REGEX: j::Regex = j::Regex {
            pattern: #pattern,
            ignore_case: #ignore_case,
            multiline: #multiline,
            program: #program,
        };
        j::Function::regex(&REGEX)
    })
}

fn program(program: &Program) -> TokenStream {
    let code = program.code.iter().map(instruction);
    let classes = program.classes.iter().map(|class| {
        let Class { ranges, inverted } = class;
        let ranges = ranges.iter().map(|(from, to)| quote!((#from, #to)));
        quote!(j::regex::Class { ranges: &[#(#ranges),*], inverted: #inverted })
    });
    let loops = program.loops.iter().map(|it| {
        let Loop {
            min,
            max,
            greedy,
            round,
            exit,
            slots: (from, to),
        } = it;
        quote!(j::regex::Loop {
            min: #min,
            max: #max,
            greedy: #greedy,
            round: #round,
            exit: #exit,
            slots: (#from, #to),
        })
    });
    let groups = program.groups;
    quote!(j::regex::Program {
        code: &[#(j::regex::Instruction::#code),*],
        classes: &[#(#classes),*],
        loops: &[#(#loops),*],
        groups: #groups,
    })
}

fn instruction(instruction: &Instruction) -> TokenStream {
    match instruction {
        Instruction::Match => quote!(Match),
        Instruction::Char { char, back } => quote!(Char { char: #char, back: #back }),
        Instruction::Class { class, back } => quote!(Class { class: #class, back: #back }),
        Instruction::Run {
            class,
            min,
            max,
            greedy,
        } => quote!(Run { class: #class, min: #min, max: #max, greedy: #greedy }),
        Instruction::Jump(to) => quote!(Jump(#to)),
        Instruction::Split(first, second) => quote!(Split(#first, #second)),
        Instruction::Save(slot) => quote!(Save(#slot)),
        Instruction::Start => quote!(Start),
        Instruction::End => quote!(End),
        Instruction::WordBoundary { negated } => quote!(WordBoundary { negated: #negated }),
        Instruction::Reference { group, back } => quote!(Reference { group: #group, back: #back }),
        Instruction::Look { negated, next } => quote!(Look { negated: #negated, next: #next }),
        Instruction::LookEnd => quote!(LookEnd),
        Instruction::Begin(index) => quote!(Begin(#index)),
        Instruction::Round(index) => quote!(Round(#index)),
        Instruction::Enter(index) => quote!(Enter(#index)),
        Instruction::Again(index) => quote!(Again(#index)),
    }
}
