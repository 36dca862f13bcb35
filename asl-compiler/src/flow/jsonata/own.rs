//! Functions that an expression is called with, or has itself.

use std::collections::HashMap;

use super::{Given, Query, variables::Frame};
use crate::{
    flow::{
        symbols::Meaning,
        types::{Base, Type},
    },
    jsonata::tree::{Kind, Lambda, Node},
};

/// Calls of the expression's own functions under way, the innermost last.
#[derive(Default)]
pub(super) struct Calls<'q> {
    under_way: Vec<&'q Lambda>,
    /// How many there have been.
    made: usize,
    /// Parts that are gone through more than once, of which nothing is asked.
    trials: usize,
}

impl Calls<'_> {
    /// More calls than these in one expression are not followed, nor more within one another.
    const MADE: usize = 64;
    const NESTED: usize = 8;

    pub(super) fn are_under_way(&self) -> bool {
        !self.under_way.is_empty() || self.trials > 0
    }

    /// Counts one more call, unless there are too many.
    fn count(&mut self) -> bool {
        self.made += 1;
        self.made <= Self::MADE
    }
}

/// A function.
#[derive(Clone, Copy)]
pub(super) enum Function<'q> {
    /// Written where it is used: `function($item) { .. }`
    Written(&'q Lambda),
    /// Bound to a variable, in the frame of this number.
    Own(&'q Lambda, usize),
    /// A built-in one.
    Builtin(&'q str),
    /// Nothing is known.
    Unknown,
}

/// Loops of `$reduce` that change what is accumulated more often make it any JSON.
const ROUNDS: usize = 6;

impl<'q> Query<'q, '_> {
    /// The function that a part stands for.
    pub(super) fn function(&self, node: &'q Node) -> Function<'q> {
        if !node.predicates.is_empty() || node.group.is_some() {
            return Function::Unknown;
        }
        match &node.kind {
            Kind::Lambda(lambda) => Function::Written(lambda),
            Kind::Variable(name) => match self.own_function(name) {
                Some((lambda, frame)) => Function::Own(lambda, frame),
                None if self.is_builtin(name) => Function::Builtin(name),
                None => Function::Unknown,
            },
            _ => Function::Unknown,
        }
    }

    /// What a function gives.
    pub(super) fn invoke(&mut self, function: Function<'q>, arguments: Vec<Given>) -> Given {
        match function {
            Function::Written(lambda) => self.body(lambda, arguments),
            Function::Own(lambda, frame) => self.call_own(lambda, frame, arguments),
            // How many arguments it is given depends on its signature.
            Function::Builtin(name) => self.result(name, &[Given::unknown()]),
            Function::Unknown => Given::unknown(),
        }
    }

    /// What a function of the expression gives. It sees what is around it where it is bound.
    fn call_own(&mut self, lambda: &'q Lambda, frame: usize, arguments: Vec<Given>) -> Given {
        let is_recursive = self
            .calls
            .under_way
            .iter()
            .any(|other| std::ptr::eq(*other, lambda));
        let is_deep = self.calls.under_way.len() == Calls::NESTED;
        if is_recursive || is_deep || !self.calls.count() {
            return Given::unknown();
        }
        self.calls.under_way.push(lambda);
        let contexts = self.frames[frame].contexts.min(self.contexts.len());
        let inner_contexts = self.contexts.split_off(contexts);
        let inner_frames = self.frames.split_off(frame + 1);
        let given = self.body(lambda, arguments);
        self.frames.extend(inner_frames);
        self.contexts.extend(inner_contexts);
        self.calls.under_way.pop();
        given
    }

    /// What the body of a function gives, for such arguments.
    fn body(&mut self, lambda: &'q Lambda, arguments: Vec<Given>) -> Given {
        let mut arguments = arguments.into_iter();
        let mut values = HashMap::new();
        for parameter in &lambda.parameters {
            let argument = arguments.next().unwrap_or_else(Given::undefined);
            // A signature puts values into arrays, and the context where there is no value.
            let is_as_given = lambda.signature.is_none();
            values.insert(
                parameter.as_str(),
                if is_as_given { argument } else { Given::unknown() },
            );
        }
        self.frames.push(Frame {
            values,
            contexts: self.contexts.len(),
            ..Frame::default()
        });
        self.enter([&*lambda.body]);
        let given = self.node(&lambda.body, false);
        self.frames.pop();
        self.frames.pop();
        given
    }

    /// What a function is called with for each item of an array: the item, its index, the array.
    pub(super) fn for_items(&self, array: &Type) -> Vec<Given> {
        let symbols = &self.analysis.symbols;
        vec![
            Given::always(array.item(symbols)),
            Given::always(Type::number()),
            Given::always(array.items(symbols)),
        ]
    }

    /// What a function is called with for each member of an object: the value, the key, the object.
    pub(super) fn for_members(&self, object: &Type) -> Vec<Given> {
        vec![
            Given::always(self.any_member(object)),
            Given::always(Type::string()),
            Given::always(object.clone()),
        ]
    }

    /// The value of any member of an object.
    fn any_member(&self, object: &Type) -> Type {
        let is_open = |object: &crate::flow::types::Object| object.base != Base::Nothing;
        if object.any || object.objects.iter().any(is_open) {
            return Type::any();
        }
        let symbols = &self.analysis.symbols;
        let of_types = object.symbols.iter();
        let of_types = of_types.map(|symbol| Type::symbol(symbols.of(Meaning::Element(*symbol))));
        let known = object.objects.iter().flat_map(|object| object.members.values());
        let known = known.map(|member| member.value.clone());
        of_types.chain(known).fold(Type::never(), |all, one| all.or(&one))
    }

    /// What a function gives for each of several: one result stands for itself.
    pub(super) fn each(&mut self, function: Function<'q>, arguments: Vec<Given>) -> Given {
        let each = self.invoke(function, arguments);
        if each.value.is_never() {
            return Given::undefined();
        }
        let many = Type::array_of(each.value.clone());
        Given::perhaps(each.value.or(&many))
    }

    /// `$reduce(array, function($before, $item) { .. }, start)`
    pub(super) fn reduced(&mut self, array: &Type, function: Function<'q>, start: Option<Given>) -> Given {
        let [item, index, items] = <[Given; 3]>::try_from(self.for_items(array))
            .unwrap_or_else(|_| std::array::from_fn(|_| Given::unknown()));
        let mut before = match start {
            Some(start) if !start.missing => start,
            // Without a start it is the first item.
            Some(start) => Given::always(start.value.or(&item.value)),
            None => item.clone(),
        };
        let arguments = |before: &Given| vec![before.clone(), item.clone(), index.clone(), items.clone()];
        // Of the first rounds nothing is asked: what is accumulated is not known yet.
        self.calls.trials += 1;
        let mut rounds = 0;
        loop {
            if rounds == ROUNDS || !self.calls.count() {
                before = Given::unknown();
                break;
            }
            rounds += 1;
            let after = self.invoke(function, arguments(&before)).or(&before);
            if after.value == before.value && after.missing == before.missing {
                break;
            }
            before = after;
        }
        self.calls.trials -= 1;
        self.invoke(function, arguments(&before));
        Given::perhaps(before.value)
    }
}
