//! Values of the user's types, which are known only where the types are.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use crate::ir::StateIndex;

/// A value of one of the user's types, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(usize);

/// What a symbol stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Input of the machine.
    Input,
    /// What the function of a Task state gives.
    Output(StateIndex),
    /// A member of another one.
    Member(Symbol, Rc<str>),
    /// Any element of another one.
    Element(Symbol),
    /// An element of another one.
    At(Symbol, u16),
    /// Another one if it can exist, any JSON otherwise.
    Asked(Symbol),
    /// What a name of JSONata gives in another one: a member of it, or of each of its elements.
    Field(Symbol, Rc<str>),
    /// Another one that is no array, or one of its elements.
    Item(Symbol),
    /// Items of another one: one by itself, or an array of them.
    Items(Symbol),
    /// Another one as it is merged with objects.
    Merged(Symbol),
}

/// All symbols of a machine.
#[derive(Debug, Default)]
pub struct Symbols(RefCell<Table>);

#[derive(Debug, Default)]
struct Table {
    rows: Vec<(Meaning, usize)>,
    known: HashMap<Meaning, Symbol>,
}

/// More steps than this from the input or a task's output are not followed, so that loops come to an end.
const DEPTH: usize = 16;

impl Symbols {
    /// The symbol with a meaning, unless it is too deep.
    pub fn of(&self, meaning: Meaning) -> Option<Symbol> {
        let mut table = self.0.borrow_mut();
        if let Some(symbol) = table.known.get(&meaning) {
            return Some(*symbol);
        }
        let depth = match &meaning {
            Meaning::Input | Meaning::Output(_) => 0,
            Meaning::Member(parent, _)
            | Meaning::Element(parent)
            | Meaning::At(parent, _)
            | Meaning::Asked(parent)
            | Meaning::Field(parent, _)
            | Meaning::Item(parent)
            | Meaning::Items(parent)
            | Meaning::Merged(parent) => table.rows[parent.0].1 + 1,
        };
        if depth > DEPTH {
            return None;
        }
        let symbol = Symbol(table.rows.len());
        table.rows.push((meaning.clone(), depth));
        table.known.insert(meaning, symbol);
        Some(symbol)
    }

    /// What a symbol stands for.
    pub fn meaning(&self, symbol: Symbol) -> Meaning {
        self.0.borrow().rows[symbol.0].0.clone()
    }
}
