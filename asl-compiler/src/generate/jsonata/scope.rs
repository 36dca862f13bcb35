//! What a name means at a place of the expression, and what functions capture.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{Names, code::Code};
use crate::generate::names::identifier;

/// Generates the code of one expression.
pub struct Generator<'a> {
    pub names: Names<'a>,
    /// The variables that can be seen, the innermost last.
    pub locals: Vec<Local>,
    /// The functions around the place, the innermost last.
    lambdas: Vec<Captures>,
    /// The contexts around the place, the innermost last: one for each function or closure.
    contexts: Vec<Context>,
    /// Where the ancestors are that `%` refers to, by number.
    pub ancestors: HashMap<usize, (Ident, usize)>,
    idents: HashMap<String, Ident>,
    taken: HashSet<String>,
    frames: usize,
    /// Whether the place is within a constant.
    pub in_constant: bool,
    /// Where the variables of the innermost block begin.
    pub frame_start: usize,
}

/// A variable of the expression.
#[derive(Debug, Clone)]
pub struct Local {
    pub name: String,
    pub place: Place,
}

/// Where a variable's value is.
#[derive(Debug, Clone)]
pub enum Place {
    /// `let x: Data`
    Owned(Ident),
    /// `let x: Variable`
    Shared(Ident),
    /// `x: Item`
    Item(Ident),
    /// In the bindings of a tuple: `b1[0]`.
    Binding(Ident, usize),
}

/// What a function uses of its surroundings.
#[derive(Debug, Default)]
struct Captures {
    /// How many locals there were when it began: those are captured.
    outside: usize,
    /// The statements that take them along, by identifier.
    clones: Vec<(Ident, TokenStream)>,
}

/// What `it` is at a place.
#[derive(Debug, Clone, Copy)]
struct Context {
    used: bool,
    /// There is no context: `it` would be undefined.
    is_nothing: bool,
}

/// Names that the generated code has for its own purposes.
const RESERVED: &[&str] = &["q", "it", "me", "args", "part", "group", "j", "asl"];

impl<'a> Generator<'a> {
    pub fn new(names: Names<'a>) -> Self {
        Self {
            names,
            locals: Vec::new(),
            lambdas: Vec::new(),
            contexts: vec![Context {
                used: false,
                is_nothing: names.states,
            }],
            ancestors: HashMap::new(),
            idents: HashMap::new(),
            taken: RESERVED.iter().map(|name| (*name).to_owned()).collect(),
            frames: 0,
            in_constant: false,
            frame_start: 0,
        }
    }

    /// Whether the place is outside all steps and functions, where the context is that of the whole expression.
    pub fn is_outermost(&self) -> bool {
        self.contexts.len() == 1
    }

    /// The context: `it`, or `&Data` for nothing.
    pub fn it(&mut self) -> TokenStream {
        match self.contexts.last_mut() {
            Some(context) if !context.is_nothing => {
                context.used = true;
                quote!(it)
            }
            _ => quote!(&j::Data::Undefined),
        }
    }

    /// Whether there is no context.
    pub fn has_nothing(&self) -> bool {
        self.contexts.last().is_some_and(|context| context.is_nothing)
    }

    fn enter(&mut self, is_nothing: bool) {
        self.contexts.push(Context {
            used: false,
            is_nothing,
        });
    }

    /// Whether the context was used.
    fn leave(&mut self) -> bool {
        self.contexts.pop().is_some_and(|context| context.used)
    }

    /// The identifier for a variable's name: always the same, and no other name's.
    pub fn ident(&mut self, name: &str) -> Ident {
        if let Some(ident) = self.idents.get(name) {
            return ident.clone();
        }
        let plain = identifier(name, "variable");
        let mut unused = plain.clone();
        let mut number = 2;
        while is_frame(&unused) || !self.taken.insert(unused.clone()) {
            unused = format!("{plain}_{number}");
            number += 1;
        }
        let ident = crate::generate::names::ident(&unused, Span::call_site());
        self.idents.insert(name.to_owned(), ident.clone());
        ident
    }

    /// An identifier for the bindings of a tuple stream.
    pub fn frame_ident(&mut self) -> Ident {
        self.frames += 1;
        Ident::new(&format!("b{}", self.frames), Span::call_site())
    }

    /// A variable of the expression, if there is one of this name.
    pub fn local(&mut self, name: &str) -> Option<Code> {
        let index = self.locals.iter().rposition(|local| local.name == name)?;
        let place = self.locals[index].place.clone();
        Some(self.place(&place, index))
    }

    /// The value at a place. Functions around that do not have it of their own capture it.
    pub fn place(&mut self, place: &Place, index: usize) -> Code {
        let (ident, mut clone) = match place {
            Place::Owned(ident) | Place::Shared(ident) => (ident, quote!(clone)),
            Place::Binding(ident, _) => (ident, quote!(to_vec)),
            Place::Item(ident) => (ident, quote!(to_data)),
        };
        let mut is_captured = false;
        for captures in &mut self.lambdas {
            if index < captures.outside {
                if captures.clones.iter().all(|(known, _)| known != ident) {
                    captures
                        .clones
                        .push((ident.clone(), quote!(let #ident = #ident.#clone();)));
                }
                if matches!(place, Place::Item(_)) {
                    clone = quote!(clone);
                }
                is_captured = true;
            }
        }
        match place {
            Place::Item(ident) if !is_captured => Code::Item(quote!(#ident)),
            Place::Item(ident) => Code::Place(quote!(&#ident)),
            Place::Owned(ident) => Code::Place(quote!(&#ident)),
            Place::Shared(ident) => Code::Data(quote!(j::read(&#ident))),
            Place::Binding(ident, number) => {
                let number = Literal::usize_unsuffixed(*number);
                Code::Place(quote!(&#ident[#number]))
            }
        }
    }

    /// `%`
    pub fn ancestor(&mut self, number: usize) -> Code {
        match self.ancestors.get(&number).cloned() {
            // A frame is always outside of the functions that began after it.
            Some((ident, binding)) => {
                let index = self
                    .locals
                    .iter()
                    .position(|local| {
                        local.name.is_empty()
                            && matches!(&local.place, Place::Binding(known, _) if *known == ident)
                    })
                    .unwrap_or(0);
                self.place(&Place::Binding(ident, binding), index)
            }
            None => Code::Data(quote!(j::Data::Undefined)),
        }
    }

    /// Code within a closure that has an `it` of its own.
    pub fn within<T>(&mut self, generate: impl FnOnce(&mut Self) -> T) -> T {
        self.enter(false);
        let result = generate(self);
        self.leave();
        result
    }

    /// Code for which `it` may be something else, and whether it is used at all. Nothing stays nothing.
    pub fn with_own_context<T>(&mut self, generate: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        self.enter(self.has_nothing());
        let result = generate(self);
        (result, self.leave())
    }

    /// Code within a function: what it computes, and the statements that take along what it captures.
    pub fn capturing(
        &mut self,
        generate: impl FnOnce(&mut Self) -> TokenStream,
    ) -> (TokenStream, TokenStream) {
        self.lambdas.push(Captures {
            outside: self.locals.len(),
            clones: Vec::new(),
        });
        self.enter(self.has_nothing());
        let ancestors = self.ancestors.clone();
        let body = generate(self);
        self.ancestors = ancestors;
        let uses_context = self.leave();
        let captures = self.lambdas.pop().unwrap_or_default();
        let clones: TokenStream = captures.clones.into_iter().map(|(_, clone)| clone).collect();
        if !uses_context {
            return (clones, body);
        }
        let it = self.it();
        (
            quote!(#clones let it = #it.to_data();),
            quote!(let it = j::Item::from(&it); #body),
        )
    }
}

/// Whether it could be an identifier of [`Generator::frame_ident`].
fn is_frame(name: &str) -> bool {
    name.strip_prefix('b')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
