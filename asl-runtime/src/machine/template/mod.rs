//! Payload templates: the static form that generated code holds, and their evaluation.

mod decode;
mod input;

pub use self::input::TaskInput;
use super::cx::{at_once, has, look};
use super::{Cx, Expression, Failure, States};
use crate::Value;
use crate::intrinsic::Call;
use crate::native::Look;
use crate::path::{Numeral, Path};
use crate::value::{Builder, Constant, Measure, Object};

/// JSON of a definition with something to evaluate in it: `Parameters`, `ItemSelector`, `Output` and the like
/// ([payload templates](https://states-language.net/spec.html#payload-template)).
#[derive(Debug, Clone, Copy)]
pub enum Template {
    /// An object of these members, whose keys are different.
    Object(&'static [(&'static str, Template)]),
    /// An array of these elements.
    Array(&'static [Template]),
    /// A member `"field": "$.path"`; the field as written, with `.$`.
    Path(&'static str, &'static Path),
    /// A member `"field": "States.Format(...)"`.
    Call(&'static Call),
    /// `"{% ... %}"`
    Expression(&'static Expression),
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Numeral),
    /// `"text"`
    String(&'static str),
    /// An array or object without anything to evaluate.
    Constant(&'static Constant),
}

impl Template {
    /// Whether all it takes from the document is there, without a search or anything to evaluate.
    fn is_at_hand(&self, document: &Value) -> bool {
        match self {
            Self::Object(members) => members.iter().all(|(_, member)| match member {
                // Most are.
                Self::Path(_, path) => has(document, path),
                other => other.is_at_hand(document),
            }),
            Self::Array(elements) => elements.iter().all(|element| element.is_at_hand(document)),
            Self::Path(_, path) => has(document, path),
            Self::Call(_) | Self::Expression(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Constant(_) => true,
        }
    }

    /// What it is with what it takes from the document, if that is [at hand](Self::is_at_hand).
    #[inline]
    pub(crate) fn look<'v>(&'static self, document: &'v Value) -> Option<Look<'v>> {
        match self {
            Self::Path(_, path) => look(document, path),
            other => other.look_other(document),
        }
    }

    #[inline(never)]
    fn look_other<'v>(&'static self, document: &'v Value) -> Option<Look<'v>> {
        Some(match self {
            Self::Object(_) | Self::Array(_) => Look::Template(self, document),
            Self::Path(_, path) => return look(document, path),
            Self::Null => Look::Null,
            Self::Bool(value) => Look::Bool(*value),
            Self::Number(number) => Look::Number(number.to_number()),
            Self::String(text) => Look::String(text),
            Self::Constant(constant) => Look::of(constant.lend()),
            Self::Call(_) | Self::Expression(_) => return None,
        })
    }

    /// Writes a part that depends on nothing to its place.
    fn write_constant(&self, place: &mut Value) {
        match self {
            Self::Null => *place = Value::Null,
            Self::Bool(value) => *place = Value::Bool(*value),
            Self::Number(number) => *place = Value::Number(number.to_number()),
            Self::String(text) => *place = Value::from_static(text),
            Self::Constant(constant) => *place = constant.get(),
            Self::Object(_) | Self::Array(_) | Self::Path(..) | Self::Call(_) | Self::Expression(_) => {}
        }
    }
}

impl Cx<'_> {
    /// The input of a task that a payload template makes of this document.
    ///
    /// # Errors
    /// As those of [`template`](Self::template).
    pub fn task_input(&self, document: &Value, template: &'static Template) -> Result<TaskInput, Failure> {
        if template.is_at_hand(document) {
            return Ok(TaskInput::of_template(template, document.clone()));
        }
        self.template(document, template).map(TaskInput::from)
    }

    /// A payload template over this document.
    ///
    /// # Errors
    /// As those of [`member`](Self::member) and [`call`](Self::call).
    #[inline]
    pub fn template(&self, document: &Value, template: &'static Template) -> Result<Value, Failure> {
        let source = Source {
            cx: self,
            document,
            states: None,
        };
        source.value(template)
    }

    /// `Parameters` of a Pass state.
    ///
    /// # Errors
    /// As those of [`template`](Self::template).
    #[inline]
    pub fn parameters(&self, document: &Value, template: &'static Template) -> Result<Value, Failure> {
        if self.is_inspected() {
            return self.shown(document, template, Self::inspect_parameters);
        }
        self.template(document, template)
    }

    /// `ResultSelector`.
    ///
    /// # Errors
    /// As those of [`template`](Self::template).
    #[inline]
    pub fn result_selector(&self, result: &Value, template: &'static Template) -> Result<Value, Failure> {
        if self.is_inspected() {
            return self.shown(result, template, Self::inspect_result_selector);
        }
        self.template(result, template)
    }

    /// A template that a test of the state alone gets to see.
    #[cold]
    fn shown(
        &self,
        document: &Value,
        template: &'static Template,
        inspect: fn(&Self, &Value),
    ) -> Result<Value, Failure> {
        let value = self.template(document, template)?;
        inspect(self, &value);
        Ok(value)
    }
}

impl States<'_> {
    /// JSON with expressions in it.
    ///
    /// # Errors
    /// As those of [`value`](Self::value).
    #[inline]
    pub fn template(&self, template: &'static Template) -> Result<Value, Failure> {
        let source = Source {
            cx: self.cx(),
            document: self.cx().input,
            states: Some(self),
        };
        source.value(template)
    }
}

/// What a template takes its values from.
//
// What a function gives by value goes through memory in pieces, and the processor has to wait for them before it can load
// the whole. So values are written where they stay, and an object, which is a pointer, is given in a register.
struct Source<'s> {
    cx: &'s Cx<'s>,
    document: &'s Value,
    states: Option<&'s States<'s>>,
}

impl Source<'_> {
    #[inline]
    fn value(&self, template: &'static Template) -> Result<Value, Failure> {
        match template {
            Template::Object(members) => self.object(members).map(Value::Object),
            other => self.other(other),
        }
    }

    #[inline(never)]
    fn other(&self, template: &'static Template) -> Result<Value, Failure> {
        let mut value = Value::Null;
        self.write(template, &mut value)?;
        Ok(value)
    }

    #[inline(never)]
    fn object(&self, members: &'static [(&'static str, Template)]) -> Result<Object, Failure> {
        let mut object = Builder::with_keys(members.iter().map(|(key, _)| *key));
        let mut bound = Some(Measure::of_members(members.len()));
        for ((key, member), place) in members.iter().zip(object.values_mut()) {
            self.write(member, place)?;
            bound = bound.and_then(|bound| bound.with_known(key, place));
        }
        if let Some(bound) = bound {
            object.note_bound(bound);
        }
        Ok(object.finish())
    }

    fn write(&self, template: &'static Template, place: &mut Value) -> Result<(), Failure> {
        match template {
            Template::Object(members) => *place = Value::Object(self.object(members)?),
            Template::Array(elements) => {
                let mut array = vec![Value::Null; elements.len()];
                for (place, element) in array.iter_mut().zip(*elements) {
                    self.write(element, place)?;
                }
                *place = array.into();
            }
            Template::Path(field, path) => match at_once(self.document, path) {
                Some(found) => found.copy_to(place),
                None => *place = self.cx.search(self.document, path, field)?,
            },
            Template::Call(call) => self.cx.call_into(self.document, call, place)?,
            Template::Expression(expression) => {
                *place = match self.states {
                    Some(states) => states.value(expression)?,
                    None => self.cx.states().value(expression)?,
                }
            }
            constant => constant.write_constant(place),
        }
        Ok(())
    }
}
