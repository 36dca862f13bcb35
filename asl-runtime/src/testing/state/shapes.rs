//! Whether a mocked result is one that the called service could give.
//!
//! `shapes.txt` has a line for each call whose answer is known, in this notation: `s` a string, `n` a number, both with
//! bounds as in `s[1,256]`; `b` a boolean; `(A|B)` one of these strings; `[T]` an array; `<T>` an object with any keys;
//! `{Name:T,Other!:T}` an object with these members, `!` marking what every answer has; `*` anything.
//! Members that are not in the line are let be, as the service does.

use super::{FieldValidation, Refusal};
use crate::Value;
use crate::machine::{Pattern, Resource, ResourceKind};

const SHAPES: &str = include_str!("shapes.txt");

/// Refuses a result that the resource cannot give.
pub(super) fn check(resource: Resource, result: &Value, validation: FieldValidation) -> Result<(), Refusal> {
    let ResourceKind::Service {
        service,
        action,
        pattern: Pattern::RequestResponse,
        ..
    } = resource.kind
    else {
        return Ok(());
    };
    let strict = match validation {
        FieldValidation::None => return Ok(()),
        FieldValidation::Present => false,
        FieldValidation::Strict => true,
    };
    let call = format!("{service}:{action} ");
    let Some(text) = SHAPES.lines().find_map(|line| line.strip_prefix(&call)) else {
        return Ok(());
    };
    let mut shape = Shape { text, strict };
    shape
        .check(&Field("result", Some(result)))
        .map_err(|what| Refusal::validation(format!("Mock result schema validation error: {what}")))
}

/// A value and the name of the member that it is in. Without a value the shape is read over.
struct Field<'v>(&'v str, Option<&'v Value>);

impl<'v> Field<'v> {
    fn wrong(&self, what: &str) -> String {
        format!("Field '{}' {what}", self.0)
    }

    /// Makes sure of the kind of value.
    fn expect<T>(&self, get: impl FnOnce(&'v Value) -> Option<T>, kind: &str) -> Result<Option<T>, String> {
        match self.1.map(get) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => Err(self.wrong(&format!("must be {kind}"))),
        }
    }
}

/// The rest of a shape.
struct Shape {
    text: &'static str,
    strict: bool,
}

impl Shape {
    /// Reads a shape and compares the field with it.
    fn check(&mut self, field: &Field<'_>) -> Result<(), String> {
        match self.next() {
            's' => self.string(field),
            'n' => self.number(field),
            'b' => field.expect(Value::as_bool, "a boolean").map(drop),
            '(' => self.choice(field),
            '[' => {
                let elements = field.expect(Value::as_array, "an array")?;
                self.each(field.0, elements.into_iter().flatten(), "]")
            }
            '<' => {
                let members = field.expect(Value::as_object, "an object")?;
                let values = members.into_iter().flat_map(|members| members.iter());
                self.each(field.0, values.map(|(_, value)| value), ">")
            }
            '{' => self.members(field),
            _ => Ok(()),
        }
    }

    fn string(&mut self, field: &Field<'_>) -> Result<(), String> {
        let text = field.expect(Value::as_str, "a string")?;
        let (least, most) = self.bounds();
        let length = text.map(|text| text.chars().count() as f64);
        if length.zip(least).is_some_and(|(length, least)| length < least) {
            return Err(field.wrong("is smaller than the minimum length"));
        }
        if length.zip(most).is_some_and(|(length, most)| length > most) {
            return Err(field.wrong("exceeds the maximum length"));
        }
        Ok(())
    }

    fn number(&mut self, field: &Field<'_>) -> Result<(), String> {
        let number = field.expect(Value::as_f64, "a number")?;
        let (least, most) = self.bounds();
        if number.zip(least).is_some_and(|(number, least)| number < least) {
            return Err(field.wrong("is less than the minimum value"));
        }
        if number.zip(most).is_some_and(|(number, most)| number > most) {
            return Err(field.wrong("exceeds the maximum value"));
        }
        Ok(())
    }

    fn choice(&mut self, field: &Field<'_>) -> Result<(), String> {
        let mut choices = self.until(")").split('|');
        match field.expect(Value::as_str, "a string")? {
            Some(text) if !choices.any(|choice| choice == text) => {
                Err(field.wrong("is not an expected value"))
            }
            _ => Ok(()),
        }
    }

    /// Compares each value with the shape that comes next, up to `end`.
    fn each<'v>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = &'v Value>,
        end: &'static str,
    ) -> Result<(), String> {
        let inner = self.text;
        for value in values {
            self.text = inner;
            self.check(&Field(name, Some(value)))?;
        }
        self.text = inner;
        self.check(&Field(name, None))?;
        self.until(end);
        Ok(())
    }

    fn members(&mut self, field: &Field<'_>) -> Result<(), String> {
        let members = field.expect(Value::as_object, "an object")?;
        while !matches!(self.text.as_bytes().first(), None | Some(b'}')) {
            let name = self.until(":");
            let (name, required) = match name.strip_suffix('!') {
                Some(name) => (name, true),
                None => (name, false),
            };
            let value = members.and_then(|members| members.get(name));
            if members.is_some() && value.is_none() && required && self.strict {
                return Err(format!("Required field '{name}' is missing"));
            }
            self.check(&Field(name, value))?;
            self.text = self.text.strip_prefix(',').unwrap_or(self.text);
        }
        self.until("}");
        Ok(())
    }

    /// The bounds, if there are any.
    fn bounds(&mut self) -> (Option<f64>, Option<f64>) {
        let Some(rest) = self.text.strip_prefix('[') else {
            return (None, None);
        };
        self.text = rest;
        let (least, most) = self.until("]").split_once(',').unwrap_or_default();
        (least.parse().ok(), most.parse().ok())
    }

    fn next(&mut self) -> char {
        let mut characters = self.text.chars();
        let next = characters.next().unwrap_or('*');
        self.text = characters.as_str();
        next
    }

    fn until(&mut self, end: &str) -> &'static str {
        let (before, after) = self.text.split_once(end).unwrap_or((self.text, ""));
        self.text = after;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn checked(shape: &'static str, value: Value, strict: bool) -> Result<(), String> {
        let mut shape = Shape { text: shape, strict };
        shape.check(&Field("result", Some(&value)))?;
        assert_eq!(shape.text, "", "all of the shape is read");
        Ok(())
    }

    #[test]
    fn every_shape_can_be_read() {
        for line in SHAPES.lines() {
            let (call, shape) = line.split_once(' ').unwrap_or_default();
            assert_eq!(checked(shape, json!({}), false), Ok(()), "{call}");
        }
    }

    #[test]
    fn values_are_compared_with_all_of_the_shape() {
        let shape = "{A!:s[2,3],B:n[1,9],C:(x|y),D:[{E:b}],F:<{G!:*}>}";
        let valid =
            json!({"A": "abc", "B": 9.0, "C": "y", "D": [{}, {"E": true}], "F": {"f": {"G": null}}, "?": 1});
        assert_eq!(checked(shape, valid, true), Ok(()));
        for (value, error) in [
            (json!([]), "Field 'result' must be an object"),
            (json!({}), "Required field 'A' is missing"),
            (json!({"A": "a"}), "Field 'A' is smaller than the minimum length"),
            (json!({"A": "abcd"}), "Field 'A' exceeds the maximum length"),
            (
                json!({"A": "ab", "B": 0}),
                "Field 'B' is less than the minimum value",
            ),
            (json!({"A": "ab", "B": 10}), "Field 'B' exceeds the maximum value"),
            (json!({"A": "ab", "B": "1"}), "Field 'B' must be a number"),
            (json!({"A": "ab", "C": "z"}), "Field 'C' is not an expected value"),
            (json!({"A": "ab", "D": {}}), "Field 'D' must be an array"),
            (
                json!({"A": "ab", "D": [{}, {"E": 1}]}),
                "Field 'E' must be a boolean",
            ),
            (
                json!({"A": "ab", "F": {"f": {}}}),
                "Required field 'G' is missing",
            ),
        ] {
            assert_eq!(checked(shape, value, true), Err(error.to_owned()));
        }
        assert_eq!(checked(shape, json!({"F": {"f": {}}}), false), Ok(()));
    }
}
