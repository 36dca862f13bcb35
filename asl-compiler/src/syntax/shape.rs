//! What fields the objects of a definition have, by query language, and what each field holds.
//!
//! The tables of the language. Reading, the checks of fields and the hints all go by them.

use super::tables;

/// Query language of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JSONPath, the default.
    JsonPath,
    /// JSONata.
    Jsonata,
}

impl Language {
    /// Its name in definitions.
    pub const fn name(self) -> &'static str {
        match self {
            Language::JsonPath => "JSONPath",
            Language::Jsonata => "JSONata",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Language::JsonPath => Language::Jsonata,
            Language::Jsonata => Language::JsonPath,
        }
    }
}

/// Type of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateType {
    /// `Task`
    Task,
    /// `Pass`
    Pass,
    /// `Choice`
    Choice,
    /// `Wait`
    Wait,
    /// `Succeed`
    Succeed,
    /// `Fail`
    Fail,
    /// `Parallel`
    Parallel,
    /// `Map`
    Map,
}

impl StateType {
    /// All types, by name.
    pub const NAMES: &[&str] = &[
        "Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map",
    ];

    /// The type with this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Task" => StateType::Task,
            "Pass" => StateType::Pass,
            "Choice" => StateType::Choice,
            "Wait" => StateType::Wait,
            "Succeed" => StateType::Succeed,
            "Fail" => StateType::Fail,
            "Parallel" => StateType::Parallel,
            "Map" => StateType::Map,
            _ => return None,
        })
    }

    /// Its name in definitions.
    pub const fn name(self) -> &'static str {
        match self {
            StateType::Task => "Task",
            StateType::Pass => "Pass",
            StateType::Choice => "Choice",
            StateType::Wait => "Wait",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        }
    }

    /// The fields of such a state.
    pub const fn shape(self) -> &'static Shape {
        match self {
            StateType::Task => &tables::TASK,
            StateType::Pass => &tables::PASS,
            StateType::Choice => &tables::CHOICE,
            StateType::Wait => &tables::WAIT,
            StateType::Succeed => &tables::SUCCEED,
            StateType::Fail => &tables::FAIL,
            StateType::Parallel => &tables::PARALLEL,
            StateType::Map => &tables::MAP,
        }
    }
}

/// An object with known fields.
#[derive(Debug)]
pub struct Shape {
    /// What messages call it: `a Task state`.
    pub name: &'static str,
    /// Its fields, in groups.
    pub fields: &'static [&'static [Field]],
    /// Sets of fields of which exactly one must be there, where the language has any of them.
    pub exactly_one: &'static [&'static [&'static str]],
    /// Sets of fields of which at most one may be there.
    pub at_most_one: &'static [&'static [&'static str]],
    /// Whether fields outside of the table are let be: for objects of which too little is known.
    pub open: bool,
}

impl Shape {
    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// All fields.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().flatten()
    }
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether only the Map states that run distributed have it.
    pub distributed: bool,
    /// What it holds in JSONPath; `None` where it does not exist.
    pub json_path: Option<Kind>,
    /// What it holds in JSONata; `None` where it does not exist.
    pub jsonata: Option<Kind>,
}

impl Field {
    /// A field of both languages.
    pub const fn both(name: &'static str, kind: Kind) -> Self {
        Field {
            name,
            required: false,
            distributed: false,
            json_path: Some(kind),
            jsonata: Some(kind),
        }
    }

    /// A field of both languages that holds different things.
    pub const fn each(name: &'static str, json_path: Kind, jsonata: Kind) -> Self {
        Field {
            name,
            required: false,
            distributed: false,
            json_path: Some(json_path),
            jsonata: Some(jsonata),
        }
    }

    /// A field of JSONPath only.
    pub const fn json_path(name: &'static str, kind: Kind) -> Self {
        Field {
            name,
            required: false,
            distributed: false,
            json_path: Some(kind),
            jsonata: None,
        }
    }

    /// A field of JSONata only.
    pub const fn jsonata(name: &'static str, kind: Kind) -> Self {
        Field {
            name,
            required: false,
            distributed: false,
            json_path: None,
            jsonata: Some(kind),
        }
    }

    /// The same field, required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field, of distributed Map states only.
    pub const fn distributed(mut self) -> Self {
        self.distributed = true;
        self
    }

    /// What it holds in a language.
    pub const fn kind(&self, language: Language) -> Option<Kind> {
        match language {
            Language::JsonPath => self.json_path,
            Language::Jsonata => self.jsonata,
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// A string that must not be empty.
    Name,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An array of strings that must not be empty.
    Names,
    /// `true` or `false`.
    Boolean,
    /// A whole number in a range, both ends included.
    Integer(u32, u32),
    /// A number in a range, both ends included.
    Number(f64, f64),
    /// Any number.
    AnyNumber,
    /// An RFC 3339 timestamp.
    Timestamp,
    /// Any JSON, as it is.
    Static,
    /// A path or `null` (`InputPath`, `OutputPath`).
    PathOrNull,
    /// A path that names one node.
    SingleNodePath,
    /// A path to write to, or `null` (`ResultPath`).
    ResultPath,
    /// A path that names one node, or a call of an intrinsic function that gives a string (`ErrorPath`,
    /// `CausePath`).
    PathOrCall,
    /// A payload template of any JSON type.
    Template,
    /// A payload template that is an object.
    ObjectTemplate,
    /// Any JSON with JSONata expressions in it.
    Expressions,
    /// An object with JSONata expressions in it.
    ObjectExpressions,
    /// An array or an object with JSONata expressions in it.
    ItemExpressions,
    /// A JSONata expression, or what the other kind says.
    OrExpression(&'static Kind),
    /// A pattern of `StringMatches`.
    Pattern,
    /// An object.
    Object(&'static Shape),
    /// An array of objects.
    Objects(&'static Shape),
    /// An array of objects that must not be empty.
    SomeObjects(&'static Shape),
    /// Named states.
    States,
}
