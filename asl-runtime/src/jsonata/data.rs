//! What JSONata computes with: JSON, nothing at all, functions, and arrays that remember how they came about.

use std::{cell::Cell, rc::Rc};

use smol_str::SmolStr;

use super::{
    Args, Eval, Gather, Items, NotJson, Query, functions::Builtin, regex::Regex, signature::Signature,
};
use crate::{
    Value,
    value::{Array, Number},
};

/// What a part of an expression gives.
///
/// An evaluation stays on one thread and ends before anything else happens, so functions and lists are shared by `Rc`.
#[derive(Debug, Clone, Default)]
pub enum Data {
    /// Nothing.
    #[default]
    Undefined,
    /// JSON. An array here is plain: from a document, from a constructor, from a function.
    Value(Value),
    /// A number that JSON does not have: an infinity or NaN. To use it is an error (D1001).
    NonFinite(f64),
    /// An array that has marks, or has something in it that is no JSON.
    List(Rc<List>),
    /// An object that has something in it that is no JSON.
    Record(Rc<Record>),
    /// A function, or a regular expression, which is one as well.
    Function(Rc<Function>),
}

/// An array with marks, or with something in it that is no JSON.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Its items, none of them undefined.
    pub items: Vec<Data>,
    /// Its marks.
    pub marks: Marks,
    /// How deep it is nested, once that has been asked for.
    pub(super) levels: Cell<Option<u32>>,
}

/// How an array came about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// A result sequence: without items it is nothing, with one it is that item.
    pub sequence: bool,
    /// `[]`: a sequence that stays an array even with one item.
    pub keep_singleton: bool,
    /// Made by a constructor in a path: appended as one item, not spread.
    pub constructed: bool,
    /// Holds the array that the whole expression starts from, so that this is one item at first.
    pub outer: bool,
}

/// An object with something in it that is no JSON: the match of a regular expression, for example.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Its members in order, none of them undefined, each key once.
    pub members: Vec<(SmolStr, Data)>,
    /// How deep it is nested, once that has been asked for.
    pub(super) levels: Cell<Option<u32>>,
}

impl Record {
    /// A member; undefined when there is none.
    pub fn get(&self, key: &str) -> Data {
        let found = self.members.iter().find(|(known, _)| known == key);
        found.map_or(Data::Undefined, |(_, data)| data.clone())
    }
}

/// What a closure runs.
pub type Run = Box<dyn Fn(&Query<'_>, &Rc<Function>, &mut Args) -> Eval>;

/// A function.
pub struct Function {
    /// How many arguments it wants: higher-order functions pass no more.
    pub arity: usize,
    /// For messages: `sum`, the variable's name, or `lambda`.
    pub name: SmolStr,
    /// What it does.
    pub body: Body,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

/// What a function does.
pub enum Body {
    /// A built-in function.
    Builtin(&'static Builtin),
    /// A lambda, a partial application, a composition, a transform, the `next` of a match.
    Closure {
        /// Checks the arguments.
        signature: Option<&'static Signature>,
        /// Takes the function itself (so that recursion needs no cycle) and the arguments out of their place, checked:
        /// exactly as many as the function's arity says, undefined where fewer were given.
        run: Run,
    },
    /// A regular expression.
    Regex(&'static Regex),
    /// A closure that is being dropped.
    Released,
}

impl Function {
    /// A function of so many parameters that runs a closure.
    pub fn closure(
        arity: usize,
        name: impl Into<SmolStr>,
        run: impl Fn(&Query<'_>, &Rc<Self>, &mut Args) -> Eval + 'static,
    ) -> Data {
        let body = Body::Closure {
            signature: None,
            run: Box::new(run),
        };
        let name = name.into();
        Data::Function(Rc::new(Self { arity, name, body }))
    }

    /// A built-in function as a value.
    pub fn builtin(builtin: &'static Builtin) -> Data {
        Data::Function(Rc::new(Self {
            arity: builtin.arity,
            name: SmolStr::new_static(builtin.name),
            body: Body::Builtin(builtin),
        }))
    }

    /// A regular expression as a value.
    pub fn regex(regex: &'static Regex) -> Data {
        Data::Function(Rc::new(Self {
            arity: 1,
            name: SmolStr::new_static("regex"),
            body: Body::Regex(regex),
        }))
    }

    /// Whether both are one function.
    pub fn same(self: &Rc<Self>, other: &Rc<Self>) -> bool {
        match (&self.body, &other.body) {
            (Body::Builtin(one), Body::Builtin(other)) => std::ptr::eq(*one, *other),
            _ => Rc::ptr_eq(self, other),
        }
    }
}

impl Data {
    /// The same value. Each common kind is copied where it is to be: a copy of any value passes through another place
    /// in pieces, which the processor waits for.
    #[inline(always)]
    pub(super) fn copy_of(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::Value(Value::Number(*number)),
            Value::Object(object) => Self::Value(Value::Object(object.clone())),
            Value::Array(array) => Self::Value(Value::Array(array.clone())),
            other => Self::Value(other.clone()),
        }
    }

    /// `true`
    pub const TRUE: Self = Self::Value(Value::Bool(true));
    /// `false`
    pub const FALSE: Self = Self::Value(Value::Bool(false));
    /// `null`
    pub const NULL: Self = Self::Value(Value::Null);

    /// A number that was computed. A whole one becomes an integer where it fits.
    #[inline]
    pub fn number(value: f64) -> Self {
        /// 2⁶³: from here on no `i64`.
        const BOUND: f64 = 9_223_372_036_854_775_808.0;
        let whole = value as i64;
        if whole as f64 == value && value < BOUND {
            return Self::Value(Value::Number(whole.into()));
        }
        match Number::from_f64(value) {
            Some(number) => Self::Value(Value::Number(number)),
            None => Self::NonFinite(value),
        }
    }

    /// A string that stands in the program.
    pub const fn text(text: &'static str) -> Self {
        Self::Value(Value::String(SmolStr::new_static(text)))
    }

    /// A plain array.
    pub fn array(items: Vec<Self>) -> Self {
        items.into_iter().collect::<Gather>().into_array()
    }

    /// A result sequence as functions return them: it becomes nothing or its only item when the call is
    /// [done](Self::collapse).
    pub fn sequence(items: Vec<Self>) -> Self {
        Self::list(
            items,
            Marks {
                sequence: true,
                ..Marks::default()
            },
        )
    }

    /// An array with marks.
    pub fn list(items: Vec<Self>, marks: Marks) -> Self {
        Self::List(Rc::new(List {
            items,
            marks,
            levels: Cell::default(),
        }))
    }

    /// An object. Members that are undefined are left out; of a key given twice the last value counts.
    pub fn object(members: impl IntoIterator<Item = (SmolStr, Self)>) -> Self {
        super::record::object(members.into_iter().collect())
    }

    /// What an evaluation makes of a sequence: nothing if it is empty, the item if there is just one.
    pub fn collapse(self) -> Self {
        match self {
            Self::List(list) if list.marks.sequence => match Rc::try_unwrap(list) {
                Ok(list) => list.collapse(),
                Err(shared) => List::clone(&shared).collapse(),
            },
            other => other,
        }
    }

    /// Whether this is nothing.
    #[inline]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// The JSON, where it is plain.
    #[inline]
    pub fn as_value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Text of a string.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        self.as_value()?.as_str()
    }

    /// A finite number.
    #[inline]
    pub fn as_number(&self) -> Option<Number> {
        self.as_value()?.as_number()
    }

    /// A number, also one that is not finite.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Value(Value::Number(number)) => Some(number.as_f64()),
            Self::NonFinite(number) => Some(*number),
            _ => None,
        }
    }

    /// A boolean.
    #[inline]
    pub fn as_bool(&self) -> Option<bool> {
        self.as_value()?.as_bool()
    }

    /// A function.
    pub fn as_function(&self) -> Option<&Rc<Function>> {
        match self {
            Self::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Whether this is an array, marked or not.
    #[inline]
    pub fn is_array(&self) -> bool {
        matches!(self, Self::List(_) | Self::Value(Value::Array(_)))
    }

    /// Whether this is an object.
    #[inline]
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Record(_) | Self::Value(Value::Object(_)))
    }

    /// Whether this is an array with this mark.
    pub(crate) fn marks(&self) -> Marks {
        match self {
            Self::List(list) => list.marks,
            _ => Marks::default(),
        }
    }

    /// What it is, by the letter that signatures have for it: `b n s l a o f`, and `m` for nothing.
    pub fn letter(&self) -> char {
        match self {
            Self::Undefined => 'm',
            Self::NonFinite(_) => 'n',
            Self::List(_) => 'a',
            Self::Record(_) => 'o',
            Self::Function(_) => 'f',
            Self::Value(value) => match value {
                Value::Null => 'l',
                Value::Bool(_) => 'b',
                Value::Number(_) => 'n',
                Value::String(_) => 's',
                Value::Array(_) => 'a',
                Value::Object(_) => 'o',
            },
        }
    }

    /// The items of an array; anything else is an array of itself, and nothing has no items. They are not copied
    /// before they are asked for.
    #[inline]
    pub fn items(&self) -> Items<'_> {
        match self {
            Self::Undefined => Items::of_values(&[]),
            Self::Value(Value::Array(array)) => Items::of_values(array),
            Self::List(list) => Items::of_data(&list.items),
            other => Items::of_data(std::slice::from_ref(other)),
        }
    }

    /// Number of [items](Self::items).
    pub fn len(&self) -> usize {
        self.each().len()
    }

    /// Whether there are no [items](Self::items).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An item of an array, or nothing.
    pub fn item(&self, index: usize) -> Self {
        self.items().nth(index).unwrap_or_default()
    }

    /// The members of an object, none of anything else. They are not copied before they are asked for.
    pub fn members(&self) -> Vec<(SmolStr, Self)> {
        match self {
            Self::Value(Value::Object(object)) => object
                .iter()
                .map(|(key, value)| (key.clone(), Self::Value(value.clone())))
                .collect(),
            Self::Record(record) => record.members.clone(),
            _ => Vec::new(),
        }
    }

    /// A member of an object. Nothing if there is none; arrays are not looked into.
    pub fn get(&self, key: &str) -> Self {
        match self {
            Self::Value(Value::Object(object)) => {
                object.get(key).cloned().map_or(Self::Undefined, Self::Value)
            }
            Self::Record(record) => record.get(key),
            _ => Self::Undefined,
        }
    }

    /// The JSON. Marks are forgotten, an infinity becomes `"Infinity"`.
    ///
    /// # Errors
    /// When it is nothing or a function, or has a function in it.
    pub fn into_value(self) -> Result<Value, NotJson> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Undefined => Err(NotJson::Undefined),
            Self::Function(_) => Err(NotJson::Function),
            Self::NonFinite(number) => Ok(Value::from_static(non_finite_name(number))),
            Self::List(list) => {
                let values = list.items.iter().cloned().map(Self::into_value);
                Ok(Value::Array(values.collect::<Result<Array, _>>()?))
            }
            Self::Record(record) => {
                let members = record.members.iter().cloned();
                let values = members.map(|(key, data)| Ok((key, data.into_value()?)));
                Ok(Value::Object(values.collect::<Result<_, NotJson>>()?))
            }
        }
    }
}

/// A number that stands in an expression.
pub const fn integer(value: i64) -> Data {
    Data::Value(Value::Number(Number::from_i64(value)))
}

/// A number that stands in an expression.
pub fn float(value: f64) -> Data {
    Data::number(value)
}

/// A string that stands in an expression.
pub const fn text(text: &'static str) -> Data {
    Data::text(text)
}

/// What an infinity or NaN is called.
pub(crate) fn non_finite_name(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

impl List {
    fn collapse(mut self) -> Data {
        match self.items.len() {
            0 => Data::Undefined,
            1 if !self.marks.keep_singleton => self.items.pop().unwrap_or_default(),
            1 => Data::List(Rc::new(self)),
            // With more items the marks have no effect any more.
            _ => Data::array(self.items),
        }
    }
}

impl From<Value> for Data {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<Option<&Value>> for Data {
    fn from(value: Option<&Value>) -> Self {
        value.cloned().map_or(Self::Undefined, Self::Value)
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Self {
        Self::Value(Value::Bool(value))
    }
}

impl From<i64> for Data {
    fn from(value: i64) -> Self {
        Self::Value(value.into())
    }
}

impl From<usize> for Data {
    fn from(value: usize) -> Self {
        Self::Value(value.into())
    }
}

impl From<f64> for Data {
    /// See [`number`](Self::number).
    fn from(value: f64) -> Self {
        Self::number(value)
    }
}

impl From<Number> for Data {
    fn from(value: Number) -> Self {
        Self::Value(Value::Number(value))
    }
}

impl From<&str> for Data {
    fn from(value: &str) -> Self {
        Self::Value(value.into())
    }
}

impl From<String> for Data {
    fn from(value: String) -> Self {
        Self::Value(value.into())
    }
}

impl From<SmolStr> for Data {
    fn from(value: SmolStr) -> Self {
        Self::Value(Value::String(value))
    }
}
