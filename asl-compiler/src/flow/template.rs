//! What templates and intrinsic functions give.

use super::{
    field::{Scope, Site, Wanted},
    places::field_key,
    solve::Analysis,
    types::{Base, Type, kind},
};
use crate::{
    ir::{Assignment, Template},
    syntax::intrinsic::{Argument, Call, Function},
};

impl Analysis<'_> {
    /// What a template gives.
    pub fn template(&mut self, template: &Template, scope: Scope<'_>, site: Site<'_>) -> Type {
        match template {
            Template::Constant(json) => Type::of_json(json),
            Template::Object(members) => {
                let mut typed = Vec::new();
                for (key, value) in members {
                    let written = match value {
                        Template::Path { field, .. } | Template::Intrinsic { field, .. } => field,
                        _ => key,
                    };
                    let field = field_key(site.field, written);
                    let value = self.template(
                        value,
                        scope,
                        Site {
                            field: &field,
                            ..site
                        },
                    );
                    typed.push((key.as_str(), value));
                }
                Type::object(typed)
            }
            Template::Array(elements) => {
                let element = |(index, element): (usize, &Template)| {
                    let field = format!("{}[{index}]", site.field);
                    self.template(
                        element,
                        scope,
                        Site {
                            field: &field,
                            ..site
                        },
                    )
                };
                Type::tuple(elements.iter().enumerate().map(element).collect())
            }
            Template::Path { path, .. } => self.path(path, scope, site),
            Template::Intrinsic { call, .. } => self.call(call, scope, site),
            Template::Expression(expression) => self.expression(expression, scope, site),
        }
    }

    /// The variables after an `Assign`. All its values are those of before.
    pub fn assign(&mut self, assign: &[Assignment], scope: Scope<'_>, site: Site<'_>) -> Vec<Type> {
        let mut variables = scope.variables.to_vec();
        for Assignment { variable, value } in assign {
            let field = match value {
                Template::Path { field, .. } | Template::Intrinsic { field, .. } => field,
                _ => &self.machine.variables[*variable],
            };
            let field = field_key(site.field, field);
            variables[*variable] = self.template(
                value,
                scope,
                Site {
                    field: &field,
                    ..site
                },
            );
        }
        variables
    }

    /// What an intrinsic function gives.
    pub fn call(&mut self, call: &Call, scope: Scope<'_>, site: Site<'_>) -> Type {
        let arguments = call.arguments.iter().enumerate();
        let arguments: Vec<Type> = arguments
            .map(|(index, argument)| self.argument(call, index, argument, scope, site))
            .collect();
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or_else(Type::any);
        let element = |of: Type| {
            let (stored, projected) = of.element(&self.symbols);
            stored.or(&projected)
        };
        match call.function {
            Function::Format
            | Function::JsonToString
            | Function::Base64Encode
            | Function::Base64Decode
            | Function::Hash
            | Function::UUID => Type::string(),
            Function::StringToJson => Type::any(),
            Function::Array => Type::tuple(arguments),
            Function::ArrayPartition => Type::array_of(Type::array_of(element(argument(0)))),
            Function::ArrayContains => Type::scalar(kind::BOOLEAN),
            Function::ArrayRange => Type::array_of(Type::number()),
            Function::ArrayGetItem => match element(argument(0)) {
                nothing if nothing.is_never() => Type::any(),
                element => element,
            },
            Function::ArrayLength | Function::MathRandom | Function::MathAdd => Type::number(),
            Function::ArrayUnique => Type::array_of(element(argument(0))),
            Function::JsonMerge => merge(&argument(0), &argument(1)),
            Function::StringSplit => Type::array_of(Type::string()),
        }
    }

    fn argument(
        &mut self,
        call: &Call,
        index: usize,
        argument: &Argument,
        scope: Scope<'_>,
        site: Site<'_>,
    ) -> Type {
        match argument {
            Argument::String(_) | Argument::Template(_) => Type::string(),
            Argument::Integer(_) | Argument::Float(_) => Type::number(),
            Argument::Bool(_) => Type::scalar(kind::BOOLEAN),
            Argument::Null => Type::scalar(kind::NULL),
            Argument::Call(call) => self.call(call, scope, site),
            Argument::Path(path) => match wanted(call.function, index) {
                Some((kinds, words)) => {
                    let otherwise = format!(", so that `States.{}` fails", call.function.name());
                    let wanted = Wanted {
                        kinds,
                        words,
                        otherwise: &otherwise,
                    };
                    self.path_to(path, scope, site, &wanted)
                }
                None => self.path(path, scope, site),
            },
        }
    }
}

/// The only kinds that a function takes for an argument.
fn wanted(function: Function, index: usize) -> Option<(u8, &'static str)> {
    match (function, index) {
        (
            Function::ArrayPartition
            | Function::ArrayContains
            | Function::ArrayGetItem
            | Function::ArrayLength
            | Function::ArrayUnique,
            0,
        ) => Some((kind::ARRAY, "an array")),
        (Function::StringToJson | Function::Base64Encode | Function::Base64Decode, 0)
        | (Function::StringSplit, _) => Some((kind::STRING, "a string")),
        (Function::MathAdd | Function::ArrayRange, _)
        | (Function::ArrayPartition | Function::ArrayGetItem, 1) => Some((kind::NUMBER, "a number")),
        (Function::JsonMerge, 0 | 1) => Some((kind::OBJECT, "an object")),
        _ => None,
    }
}

/// The first object with the members of the second one. Where that is not one of known members, any JSON.
pub(super) fn merge(first: &Type, second: &Type) -> Type {
    let ([one], [other]) = (first.objects.as_slice(), second.objects.as_slice()) else {
        return Type::any();
    };
    let is_all = |of: &Type| of.known_kinds() == kind::OBJECT && of.symbols.is_empty();
    if other.base != Base::Nothing || !is_all(first) || !is_all(second) {
        return Type::any();
    }
    let mut merged = one.clone();
    for (key, member) in &*other.members {
        match one.members.get(key) {
            Some(known) if member.optional => {
                merged.set(key, known.value.or(&member.value), known.optional);
            }
            _ => merged.set(key, member.value.clone(), member.optional),
        }
    }
    Type::of_object(merged)
}
