//! The side of the compiler.

use asl_runtime::{
    Timestamp, Value,
    jsonata::{self as j, Data, Environment, Eval, Item, NotJson, Query, outermost},
};

use crate::outcome::{Json, Outcome};

/// A compiled expression.
pub type Compiled = fn(&Query<'_>, Item<'_>) -> Eval;

/// The expressions that are measured.
#[allow(clippy::all, unused, missing_docs, reason = "generated")]
pub mod measured {
    include!(concat!(env!("OUT_DIR"), "/measured.rs"));
}

/// An evaluation starts from a document, as its root or as the state's input.
pub struct Document {
    /// `$$`
    pub root: Option<Value>,
    /// `$states.input`
    pub input: Option<Value>,
}

impl Environment for Document {
    fn root(&self) -> Option<&Value> {
        self.root.as_ref()
    }

    fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    fn now(&self) -> Timestamp {
        std::time::SystemTime::UNIX_EPOCH.into()
    }

    fn random(&self) -> u64 {
        0
    }
}

/// Evaluates an expression with a JSON text as its input.
pub fn evaluate(expression: Compiled, document: &str) -> Outcome {
    let root = match document.parse() {
        Ok(root) => Some(root),
        Err(error) => return Outcome::Error(format!("not read: {error}")),
    };
    let document = Document { root, input: None };
    let q = Query::new(&document);
    let root = outermost(q.root());
    match expression(&q, Item::Data(&root)).map(Data::into_value) {
        Ok(Ok(value)) => Outcome::Value(json(&value)),
        Ok(Err(NotJson::Undefined)) => Outcome::Undefined,
        Ok(Err(NotJson::Function)) => Outcome::Value(Json::Function),
        Err(error) => Outcome::Error(error.code().to_owned()),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Number(number.as_f64()),
        Value::String(text) => Json::String(text.to_string()),
        Value::Array(items) => Json::Array(items.iter().map(json).collect()),
        Value::Object(members) => Json::Object(
            members
                .iter()
                .map(|(name, value)| (name.to_string(), json(value)))
                .collect(),
        ),
    }
}
