//! What functions give, and what they take.

use std::collections::BTreeMap;

use super::{BOOLEAN, Given, NUMBER, Query, STRING};
use crate::{
    flow::{
        field::Wanted,
        symbols::Meaning,
        template::merge,
        types::{Base, Object, Type, kind},
    },
    jsonata::{
        builtin,
        tree::{Element, Kind, Node, Parameter},
    },
};

impl<'q> Query<'q, '_> {
    /// `procedure(arguments)`
    pub(super) fn call(&mut self, procedure: &'q Node, arguments: &[&'q Node], needed: bool) -> Given {
        match &procedure.kind {
            Kind::Variable(name) if procedure.predicates.is_empty() && self.is_builtin(name) => {
                self.call_builtin(name, arguments, needed)
            }
            _ => {
                let given = arguments.iter().map(|argument| self.node(argument, false));
                let given = given.collect();
                let function = self.function(procedure);
                self.invoke(function, given)
            }
        }
    }

    /// `left ~> right`
    pub(super) fn apply(&mut self, left: &'q Node, right: &'q Node, needed: bool) -> Given {
        match &right.kind {
            Kind::Call(call) if right.predicates.is_empty() && right.group.is_none() => {
                let mut arguments = vec![left];
                arguments.extend(&call.arguments);
                self.call(&call.procedure, &arguments, needed)
            }
            // Where both are functions they are composed; nothing is said of what functions give.
            Kind::Variable(_) => self.call(right, &[left], needed),
            _ => {
                self.node(left, false);
                Given::unknown()
            }
        }
    }

    fn call_builtin(&mut self, name: &str, arguments: &[&'q Node], needed: bool) -> Given {
        let Some(function) = builtin(name) else {
            return Given::unknown();
        };
        // These do not become undefined by their first argument.
        let takes_nothing = matches!(
            name,
            "append"
                | "assert"
                | "count"
                | "error"
                | "exists"
                | "hash"
                | "merge"
                | "now"
                | "random"
                | "range"
                | "single"
                | "zip"
        );
        let first_needed = needed && !takes_nothing;
        let mut given = Vec::new();
        for (number, argument) in arguments.iter().enumerate() {
            let is_lambda = matches!(argument.kind, Kind::Lambda(_));
            given.push(if is_lambda {
                Given::always(Type::any())
            } else {
                self.node(argument, first_needed && number == 0)
            });
        }
        if first_needed
            && let (Some(argument), Some(first)) = (arguments.first(), given.first())
            && let Some(parameter) = function.parameters().parameters.first()
            && let Some((kinds, words)) = takes(parameter)
        {
            let first = first.clone();
            let otherwise = format!(", so that `${name}` fails");
            let wanted = Wanted {
                kinds,
                words,
                otherwise: &otherwise,
            };
            self.kind(argument, &first, &wanted);
        }
        let first = || given.first().map_or_else(Type::any, |first| first.value.clone());
        match (name, arguments.get(1).map(|function| self.function(function))) {
            ("map", Some(function)) => {
                let items = self.for_items(&first());
                self.each(function, items)
            }
            ("each", Some(function)) => {
                let members = self.for_members(&first());
                self.each(function, members)
            }
            ("filter" | "single", Some(function)) => {
                let items = self.for_items(&first());
                self.invoke(function, items);
                self.result(name, &given)
            }
            ("sift", Some(function)) => {
                let members = self.for_members(&first());
                self.invoke(function, members);
                self.result(name, &given)
            }
            ("sort", Some(function)) => {
                let item = Given::always(first().item(&self.analysis.symbols));
                self.invoke(function, vec![item.clone(), item]);
                self.result(name, &given)
            }
            ("reduce", Some(function)) => self.reduced(&first(), function, given.get(2).cloned()),
            ("merge", _) => self.merged(arguments),
            ("lookup", _) => match (given.first(), arguments.get(1).map(|key| &key.kind)) {
                (Some(object), Some(Kind::String(key))) => {
                    let named = object.value.named(key, &BTreeMap::new(), &self.analysis.symbols);
                    Given {
                        missing: true,
                        ..named.given
                    }
                }
                _ => Given::unknown(),
            },
            _ => self.result(name, &given),
        }
    }

    /// What functions give that do not depend on what they are called with in another way.
    pub(super) fn result(&self, name: &str, given: &[Given]) -> Given {
        let symbols = &self.analysis.symbols;
        let boolean = || Type::scalar(kind::BOOLEAN);
        let first = || given.first().map_or_else(Type::any, |first| first.value.clone());
        let of_arguments = |value: Type| Given {
            value,
            missing: given.is_empty() || given.iter().any(|given| given.missing),
        };
        match name {
            "now" | "uuid" => Given::always(Type::string()),
            "count" | "millis" | "random" => Given::always(Type::number()),
            "exists" => Given::always(boolean()),
            "string" | "substring" | "substringBefore" | "substringAfter" | "lowercase" | "uppercase"
            | "trim" | "pad" | "join" | "replace" | "base64encode" | "base64decode" | "encodeUrl"
            | "encodeUrlComponent" | "decodeUrl" | "decodeUrlComponent" | "formatNumber" | "formatBase"
            | "formatInteger" | "type" => of_arguments(Type::string()),
            "fromMillis" | "hash" => Given::perhaps(Type::string()),
            "length" | "number" | "abs" | "floor" | "ceil" | "round" | "power" | "sqrt" | "sum"
            | "parseInteger" => of_arguments(Type::number()),
            "max" | "min" | "average" | "toMillis" => Given::perhaps(Type::number()),
            "contains" | "boolean" | "not" => of_arguments(boolean()),
            "split" => of_arguments(Type::array_of(Type::string())),
            "keys" => Given::perhaps(Type::string().or(&Type::array_of(Type::string()))),
            "range" => Given::perhaps(Type::number().or(&Type::array_of(Type::number()))),
            "partition" => Given::perhaps(Type::array_of(Type::array_of(first().item(symbols)))),
            "sift" => Given::perhaps(open_object()),
            "distinct" | "filter" => Given::perhaps(first().items(symbols)),
            "reverse" | "shuffle" | "sort" => Given {
                value: first().items(symbols),
                ..of_arguments(Type::never())
            },
            "clone" => of_arguments(first()),
            "single" => Given::perhaps(first().item(symbols)),
            "append" => {
                let all = given
                    .iter()
                    .fold(Type::never(), |all, given| all.or(&given.value.item(symbols)));
                if given.len() == 2 && given.iter().all(|given| !given.missing) {
                    Given::always(Type::array_of(all))
                } else {
                    let either = given
                        .iter()
                        .fold(Type::never(), |all, given| all.or(&given.value));
                    Given::perhaps(Type::array_of(all).or(&either))
                }
            }
            _ => Given::unknown(),
        }
    }

    /// `$merge([one, other])`
    fn merged(&mut self, arguments: &[&'q Node]) -> Given {
        let [argument] = arguments else {
            return Given::unknown();
        };
        let Kind::Array(array) = &argument.kind else {
            return Given::perhaps(open_object());
        };
        let mut all: Option<Type> = None;
        for element in &array.elements {
            let Element::Item(item) = element else {
                return Given::unknown();
            };
            let Given { value, missing } = self.node(item, false);
            let next = self.mergeable(&value);
            all = Some(match all {
                Some(before) if missing => merge(&before, &next).or(&before),
                Some(before) => merge(&before, &next),
                None if missing => next.or(&Type::empty()),
                None => next,
            });
        }
        Given::always(match all {
            Some(all) if all.any => open_object(),
            Some(all) => all,
            None => Type::empty(),
        })
    }

    /// The objects that a value is, as far as they can be merged with others.
    fn mergeable(&self, value: &Type) -> Type {
        match value.only_symbol() {
            Some(symbol) => match self.analysis.symbols.of(Meaning::Merged(symbol)) {
                Some(symbol) => Type::of_object(Object::new(Base::Symbol(symbol), [].into())),
                None => Type::any(),
            },
            None if value.known_kinds() == kind::OBJECT && value.symbols.is_empty() => value.clone(),
            None => Type::any(),
        }
    }
}

/// An object of which nothing is known.
fn open_object() -> Type {
    Type::of_object(Object::new(Base::Any, [].into()))
}

/// The only kinds of values that a function takes for a parameter.
fn takes(parameter: &Parameter) -> Option<(u8, &'static str)> {
    match (parameter.types.as_str(), parameter.elements) {
        ("s", _) => Some(STRING),
        ("n", _) => Some(NUMBER),
        ("b", _) => Some(BOOLEAN),
        ("o", _) => Some((kind::OBJECT, "an object")),
        ("a", Some('n')) => Some((kind::NUMBER | kind::ARRAY, "a number or an array")),
        ("a", Some('s')) => Some((kind::STRING | kind::ARRAY, "a string or an array")),
        _ => None,
    }
}
