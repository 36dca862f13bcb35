//! The input of a task.

use serde::de::DeserializeOwned;

use super::{Template, at_once, decode::Part, look};
use crate::native::Look;
use crate::value::{Builder, DecodeError};
use crate::{Native, Value};

/// The effective input of a task: JSON, or a payload template and the document that it takes its values from.
///
/// Most tasks read their input into a type of their own. That is then made of the document's values, without the JSON
/// in between.
#[derive(Debug, Clone)]
pub struct TaskInput(Source);

#[derive(Debug, Clone)]
enum Source {
    Value(Value),
    /// All that the template names is there.
    Template(&'static Template, Value),
}

impl From<Value> for TaskInput {
    fn from(value: Value) -> Self {
        Self(Source::Value(value))
    }
}

impl TaskInput {
    /// Of a template whose parts are [at hand](Template::is_at_hand) in the document.
    pub(super) fn of_template(template: &'static Template, document: Value) -> Self {
        Self(Source::Template(template, document))
    }

    /// The input as JSON.
    pub fn to_value(&self) -> Value {
        match &self.0 {
            Source::Value(value) => value.clone(),
            Source::Template(template, document) => template.fill(document),
        }
    }

    /// The input as JSON.
    pub fn into_value(self) -> Value {
        match self.0 {
            Source::Value(value) => value,
            Source::Template(template, document) => template.fill(&document),
        }
    }

    /// Typed data from the input.
    ///
    /// # Errors
    /// When it does not fit the type, as [`Value::decode`].
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        match &self.0 {
            Source::Value(value) => value.decode(),
            Source::Template(template, document) => T::deserialize(Part { template, document }),
        }
    }

    /// The same for a native type, whose values are moved or copied as they are.
    ///
    /// # Errors
    /// When it does not fit the type, as [`decode`](Self::decode).
    pub(crate) fn into_native<T: Native>(self) -> Result<T, DecodeError> {
        match self.0 {
            Source::Value(value) => T::take(value).or_else(|value| value.decode()),
            Source::Template(template, document) => match template.look(&document).and_then(T::copy) {
                Some(data) => Ok(data),
                // That says what is wrong with it.
                None => template.fill(&document).decode(),
            },
        }
    }

    /// A member of the input, if it is there.
    pub(crate) fn into_member(self, key: &str) -> Option<Self> {
        match self.0 {
            Source::Value(mut value) => Some(value.get_mut(key)?.take().into()),
            Source::Template(Template::Object(members), document) => {
                let (_, member) = members.iter().find(|(known, _)| *known == key)?;
                Some(Self(Source::Template(member, document)))
            }
            Source::Template(template, document) => Self::from(template.fill(&document)).into_member(key),
        }
    }
}

impl Template {
    /// The template as JSON, all its parts being [at hand](Self::is_at_hand).
    pub(crate) fn fill(&'static self, document: &Value) -> Value {
        let mut value = Value::Null;
        self.fill_place(document, &mut value);
        value
    }

    fn fill_place(&'static self, document: &Value, place: &mut Value) {
        match self {
            Self::Object(members) => {
                let mut object = Builder::with_capacity(members.len());
                for (key, member) in *members {
                    member.fill_place(document, object.place(key));
                }
                *place = object.finish().into();
            }
            Self::Array(elements) => *place = elements.iter().map(|element| element.fill(document)).collect(),
            Self::Path(_, path) => match at_once(document, path) {
                Some(found) => found.copy_to(place),
                None => *place = look(document, path).map(Look::to_value).unwrap_or_default(),
            },
            constant => constant.write_constant(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::json;
    use crate::path::{Numeral, Path, Root, Step};
    use crate::value::Constant;

    macro_rules! path {
        ($($key:literal).*) => {
            &Path { text: "$", root: Root::Document, steps: &[$(Step::Key($key)),*] }
        };
    }

    static LIST: Constant = Constant::new(|| json!([1, { "deep": null }]));

    static TEMPLATE: Template = Template::Object(&[
        ("id", Template::Path("id.$", path!("order"."id"))),
        ("order", Template::Path("order.$", path!("order"))),
        ("null", Template::Null),
        ("ok", Template::Bool(true)),
        ("1", Template::Number(Numeral::Integer(-7))),
        ("text", Template::String("Express")),
        ("list", Template::Constant(&LIST)),
        (
            "nested",
            Template::Object(&[
                ("email", Template::Path("email.$", path!("email"))),
                ("missing", Template::Path("missing.$", path!("nothing"))),
            ]),
        ),
        (
            "pair",
            Template::Array(&[
                Template::Path("$", path!("order"."id")),
                Template::Number(Numeral::Integer(2)),
            ]),
        ),
    ]);

    fn document() -> Value {
        json!({ "order": { "id": "A1", "total": 9.5, "lines": ["x"] }, "email": "a@b.c", "nothing": null })
    }

    fn input() -> TaskInput {
        assert!(TEMPLATE.is_at_hand(&document()));
        TaskInput::of_template(&TEMPLATE, document())
    }

    /// Data from the template is what it is from the JSON, or fails in the same way.
    fn agree<T: DeserializeOwned + std::fmt::Debug + PartialEq>(input: &TaskInput) -> Result<T, String> {
        let here = input.decode::<T>().map_err(|error| error.to_string());
        let there = input.to_value().decode::<T>().map_err(|error| error.to_string());
        assert_eq!(here, there);
        here
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Order {
        id: String,
        total: f64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Speed {
        Express,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Nested {
        email: String,
        missing: Option<u8>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Whole {
        id: String,
        order: Order,
        null: Option<String>,
        ok: bool,
        #[serde(rename = "1")]
        one: i8,
        text: Speed,
        list: Vec<Value>,
        nested: Option<Nested>,
        pair: (String, u8),
        #[serde(default)]
        absent: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Rest {
        id: String,
        #[serde(flatten)]
        rest: BTreeMap<String, serde_json::Value>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Nested { nested: Nested },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Whole);

    #[test]
    fn typed_data_is_that_of_the_json() {
        let input = input();
        let whole = agree::<Whole>(&input).unwrap();
        assert_eq!((whole.id.as_str(), whole.one, whole.absent), ("A1", -7, 0));
        assert_eq!(whole.pair, ("A1".to_owned(), 2));
        assert_eq!(agree::<Wrapped>(&input), Ok(Wrapped(whole)));
        agree::<Rest>(&input).unwrap();
        agree::<Either>(&input).unwrap();
        agree::<BTreeMap<String, Value>>(&input).unwrap();
        agree::<serde_json::Value>(&input).unwrap();
        agree::<Option<Nested>>(&input.clone().into_member("nested").unwrap()).unwrap();
        assert_eq!(agree::<Value>(&input).unwrap(), input.clone().into_value());
        assert_eq!(agree::<()>(&input.clone().into_member("null").unwrap()), Ok(()));
    }

    #[test]
    fn what_does_not_fit_fails_as_the_json_does() {
        let input = input();
        agree::<Vec<u8>>(&input).unwrap_err();
        agree::<String>(&input).unwrap_err();
        agree::<(u8, u8)>(&input.clone().into_member("pair").unwrap()).unwrap_err();
        agree::<(String,)>(&input.clone().into_member("pair").unwrap()).unwrap_err();
        agree::<HashMap<u8, Value>>(&input).unwrap_err();
        #[derive(Debug, PartialEq, Deserialize)]
        struct Wrong {
            #[serde(rename = "nested")]
            _nested: BTreeMap<String, u8>,
        }
        let error = agree::<Wrong>(&input).unwrap_err();
        assert_eq!(
            error,
            r#"nested.email: invalid type: string "a@b.c", expected u8"#
        );
    }

    #[test]
    fn a_value_that_is_taken_as_it_is_shares_the_document() {
        #[derive(Deserialize)]
        struct Taken {
            order: Value,
        }
        let document = document();
        let input = TaskInput::of_template(&TEMPLATE, document.clone());
        let taken: Taken = input.decode().unwrap();
        let (Value::Object(one), Value::Object(other)) = (&taken.order, &document["order"]) else {
            panic!("an object is expected");
        };
        assert!(one.ptr_eq(other));
    }

    #[test]
    fn what_is_not_there_is_not_at_hand() {
        assert!(!TEMPLATE.is_at_hand(&json!({ "order": { "id": 1 }, "email": 2 })));
    }
}
