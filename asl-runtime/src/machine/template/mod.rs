//! Payload templates: the static form that generated code holds, and their evaluation.

mod decode;
mod input;

pub use self::input::TaskInput;
use super::cx::{at_once, has, look};
use super::{Cx, Expression, Failure, StateId, States, Step};
use crate::Value;
use crate::intrinsic::Call;
use crate::native::Look;
use crate::path::{Numeral, Path};
use crate::value::{Builder, Constant, Measure};

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
            Self::Object(members) => {
                // Most take members of one Rust value.
                let native = document.as_object().and_then(|object| object.native());
                members.iter().all(|(_, member)| match (member, &native) {
                    (Self::Path(_, path), Some((tree, _))) => {
                        path.member().is_some_and(|key| tree.has(key)) || has(document, path)
                    }
                    (Self::Path(_, path), None) => has(document, path),
                    (other, _) => other.is_at_hand(document),
                })
            }
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
            Self::Null => place.set(Value::Null),
            Self::Bool(value) => place.set(Value::Bool(*value)),
            Self::Number(number) => place.set(Value::Number(number.to_number())),
            Self::String(text) => place.set(Value::from_static(text)),
            Self::Constant(constant) => place.set(constant.get()),
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

    /// Ends the scope with what a template makes of the raw input: `Parameters` of a Pass state, or `Output` in JSONata.
    ///
    /// # Errors
    /// As those of [`template`](Self::template).
    pub fn end_with(&mut self, template: &'static Template) -> Result<Step, Failure> {
        self.give(template, None)
    }

    /// Goes to another state of the scope, likewise.
    ///
    /// # Errors
    /// As those of [`template`](Self::template).
    pub fn next_with(
        &mut self,
        state: impl Into<StateId>,
        template: &'static Template,
    ) -> Result<Step, Failure> {
        self.give(template, Some(state.into()))
    }

    fn give(&mut self, template: &'static Template, next: Option<StateId>) -> Result<Step, Failure> {
        let Some(place) = self.output.take() else {
            let output = if self.is_jsonata() {
                self.states().template(template)?
            } else {
                self.parameters(self.input, template)?
            };
            return Ok(Step::Exit {
                output,
                assign: None,
                next,
            });
        };
        let states = self.is_jsonata().then(|| self.states());
        let source = Source {
            cx: self,
            document: self.input,
            states: states.as_ref(),
        };
        source.fill(template, place)?;
        Ok(Step::Given { next })
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
// the whole. So values are written where they stay.
struct Source<'s> {
    cx: &'s Cx<'s>,
    document: &'s Value,
    states: Option<&'s States<'s>>,
}

impl Source<'_> {
    #[inline]
    fn value(&self, template: &'static Template) -> Result<Value, Failure> {
        let mut value = Value::Null;
        self.fill(template, &mut value)?;
        Ok(value)
    }

    /// Most templates are objects.
    #[inline]
    fn fill(&self, template: &'static Template, place: &mut Value) -> Result<(), Failure> {
        match template {
            Template::Object(members) => self.write_object(members, place),
            other => self.write(other, place),
        }
    }

    #[inline(never)]
    fn write_object(
        &self,
        members: &'static [(&'static str, Template)],
        place: &mut Value,
    ) -> Result<(), Failure> {
        let mut object = Builder::with_keys(members.iter().map(|(key, _)| *key));
        let mut bound = Measure::of_members(members.len());
        let mut is_bounded = true;
        for ((key, member), place) in members.iter().zip(object.values_mut()) {
            match self.write_bounded(member, place)? {
                Some(of_member) => bound = bound.with_bounded(key, of_member),
                None => is_bounded = false,
            }
        }
        if is_bounded {
            object.note_bound(bound);
        }
        place.vacate();
        place.fill(Value::Object(object.finish()));
        Ok(())
    }

    /// Writes a part, and gives how large it is at most, if that is known. What most parts are is looked at here once.
    #[inline(always)]
    fn write_bounded(
        &self,
        template: &'static Template,
        place: &mut Value,
    ) -> Result<Option<Measure>, Failure> {
        match template {
            Template::Path(_, path) => match at_once(self.document, path) {
                Some(Value::String(text)) => {
                    place.set(Value::String(text.clone()));
                    return Ok(Some(Measure::of_text(text)));
                }
                Some(found) => found.copy_to(place),
                None => self.write(template, place)?,
            },
            Template::Number(number) => {
                place.set(Value::Number(number.to_number()));
                return Ok(Some(Measure::of_number()));
            }
            Template::Expression(expression) => self.evaluate(expression, place)?,
            other => self.write(other, place)?,
        }
        Ok(place.known_bound())
    }

    #[inline(never)]
    fn write(&self, template: &'static Template, place: &mut Value) -> Result<(), Failure> {
        match template {
            Template::Object(members) => self.write_object(members, place)?,
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
            Template::Expression(expression) => self.evaluate(expression, place)?,
            constant => constant.write_constant(place),
        }
        Ok(())
    }

    #[inline]
    fn evaluate(&self, expression: &'static Expression, place: &mut Value) -> Result<(), Failure> {
        match self.states {
            Some(states) => states.write(expression, place),
            None => self.cx.states().write(expression, place),
        }
    }
}
