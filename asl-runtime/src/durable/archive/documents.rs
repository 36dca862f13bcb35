//! The documents of a history, each of them once and as short as it goes.
//!
//! One that the journal has is its number there: the input is 0. `{"of":3,"with":{"payment":7}}` is document 3 of this
//! list, in which the member is document 7: what a ResultPath makes. Any other stands in an array of its own.

use std::collections::BTreeMap;

use crate::value::push_quoted;
use crate::{Object, Value};

/// Documents that are looked through for one that is alike.
const RECENT: usize = 8;

/// Most members in which a document is told by another one.
const CHANGES: usize = 4;

pub struct Documents<'d> {
    /// Where those of the journal are in memory.
    journal: BTreeMap<usize, usize>,
    /// Where those of this list are.
    known: BTreeMap<usize, usize>,
    all: Vec<&'d Value>,
    text: String,
}

impl<'d> Documents<'d> {
    /// No documents yet; these are in the journal.
    pub fn new(journal: &[Value]) -> Self {
        let numbered = journal.iter().enumerate();
        Self {
            journal: numbered
                .filter_map(|(number, document)| Some((document.address()?, number)))
                .collect(),
            known: BTreeMap::new(),
            all: Vec::new(),
            text: String::new(),
        }
    }

    /// Number of a document, which is added if it is new.
    pub fn number(&mut self, value: &'d Value) -> usize {
        let Some(address) = value.address() else {
            return self.like(value).unwrap_or_else(|| self.add(value));
        };
        if let Some(known) = self.known.get(&address) {
            return *known;
        }
        let number = if let Some(number) = self.journal.get(&address).copied() {
            self.comma();
            self.text.push_str(itoa::Buffer::new().format(number));
            self.all.push(value);
            self.all.len() - 1
        } else {
            self.like(value).unwrap_or_else(|| self.add(value))
        };
        self.known.insert(address, number);
        number
    }

    /// One of the last documents that is written alike.
    fn like(&self, value: &Value) -> Option<usize> {
        self.recent()
            .find(|number| self.all[*number].is_written_like(value))
    }

    /// Adds a document that the journal does not have.
    fn add(&mut self, value: &'d Value) -> usize {
        if let Some((of, changes)) = self.base(value) {
            let changes: Vec<_> = changes
                .into_iter()
                .map(|(name, member)| (name, self.number(member)))
                .collect();
            self.comma();
            self.text.push_str(r#"{"of":"#);
            self.text.push_str(itoa::Buffer::new().format(of));
            self.text.push_str(r#","with":{"#);
            for (index, (name, number)) in changes.into_iter().enumerate() {
                self.text.push_str(if index == 0 { "" } else { "," });
                push_quoted(&mut self.text, name);
                self.text.push(':');
                self.text.push_str(itoa::Buffer::new().format(number));
            }
            self.text.push_str("}}");
        } else {
            self.comma();
            self.text.push('[');
            self.text.push_str(&value.to_json());
            self.text.push(']');
        }
        self.all.push(value);
        self.all.len() - 1
    }

    /// The document that this one differs least from, and in what.
    fn base(&self, value: &'d Value) -> Option<(usize, Vec<(&'d str, &'d Value)>)> {
        let object = value.as_object()?;
        let known = self.recent().filter_map(|number| {
            let changes = changes(self.all[number].as_object()?, object)?;
            Some((number, changes))
        });
        known.min_by_key(|(_, changes)| changes.len())
    }

    /// The last ones, the latest first, and the first one: that is the execution's input.
    fn recent(&self) -> impl Iterator<Item = usize> + use<> {
        let start = self.all.len().saturating_sub(RECENT);
        (start..self.all.len()).rev().chain((start > 0).then_some(0))
    }

    fn comma(&mut self) {
        if !self.all.is_empty() {
            self.text.push(',');
        }
    }

    /// The list as JSON, without the brackets.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// The members that an object has in another one's place, or behind it; nothing if these are not few.
fn changes<'d>(of: &Object, object: &'d Object) -> Option<Vec<(&'d str, &'d Value)>> {
    if object.len() < of.len() || object.len() > of.len() + CHANGES {
        return None;
    }
    let mut before = of.iter();
    let mut changes = Vec::new();
    for (name, value) in object {
        match before.next() {
            Some((known, _)) if known != name => return None,
            Some((_, same)) if same.is_written_like(value) => {}
            _ if changes.len() == CHANGES => return None,
            _ => changes.push((name.as_str(), value)),
        }
    }
    (changes.len() * 2 <= object.len()).then_some(changes)
}

/// Reads a list of documents, of which some are in the journal.
pub fn read(list: &[Value], journal: &[Value]) -> Option<Vec<Value>> {
    let count = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let mut documents: Vec<Value> = Vec::with_capacity(list.len());
    for entry in list {
        let document = match entry {
            Value::Number(_) => journal.get(count(entry)?)?.clone(),
            Value::Array(_) => entry.as_array()?.first()?.clone(),
            Value::Object(change) => {
                let mut document = documents.get(count(change.get("of")?)?)?.clone();
                let object = document.as_object_mut()?;
                for (name, number) in change.get("with")?.as_object()? {
                    object.insert(name.clone(), documents.get(count(number)?)?.clone());
                }
                document
            }
            _ => return None,
        };
        documents.push(document);
    }
    Some(documents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// Writes documents, some of which are in the journal; gives the text after it was read.
    fn written(documents: &[Value], journal: &[Value]) -> String {
        let mut list = Documents::new(journal);
        let numbers: Vec<usize> = documents.iter().map(|document| list.number(document)).collect();
        let text = list.into_text();
        let parsed = Value::from_json(&format!("[{text}]")).unwrap();
        let read = read(parsed.as_array().unwrap(), journal).unwrap();
        for (document, number) in documents.iter().zip(numbers) {
            assert!(read[number].is_written_like(document), "{document} in {text}");
        }
        text
    }

    #[test]
    fn a_document_of_the_journal_is_its_number() {
        let (input, output) = (json!({ "a": 1 }), json!([1, 2]));
        let journal = [input.clone(), output.clone()];
        let all = [input.clone(), output, input, json!({ "a": 1.0 })];
        assert_eq!(written(&all, &journal), r#"0,1,[{"a":1.0}]"#);
    }

    #[test]
    fn a_result_put_into_a_document_is_told_by_it() {
        let order = json!({ "id": "A1", "lines": [1, 2] });
        let payment = json!({ "status": "paid" });
        let mut paid = order.clone();
        let _ = paid.as_object_mut().unwrap().insert("payment", payment.clone());
        let mut repaid = paid.clone();
        let _ = repaid.as_object_mut().unwrap().insert("lines", json!(7));
        let text = written(&[order.clone(), paid, repaid, json!(7)], &[order, payment]);
        assert_eq!(
            text,
            r#"0,1,{"of":0,"with":{"payment":1}},[7],{"of":2,"with":{"lines":3}}"#
        );
    }

    #[test]
    fn what_differs_much_stands_for_itself() {
        let documents = [
            json!({}),
            json!({ "a": 1 }),
            json!({ "b": 1, "a": 1 }),
            json!({ "a": 1, "b": 1 }),
            json!({ "a": 2, "b": 2 }),
            json!("text"),
            json!(null),
            json!({ "a": 2, "b": 2, "\"": { "c": null } }),
            json!([]),
        ];
        assert_eq!(
            written(&documents, &[]),
            r#"[{}],[{"a":1}],[{"b":1,"a":1}],[1],{"of":1,"with":{"b":3}},[{"a":2,"b":2}],["text"],[null],"#
                .to_owned()
                + r#"[{"c":null}],{"of":5,"with":{"\"":8}},[[]]"#
        );
    }

    #[test]
    fn what_was_not_written_so_is_refused() {
        for text in [
            "[1]",
            "[[]]",
            "[null]",
            r#"[{"of":0,"with":{}}]"#,
            r#"[[{}],{"of":0,"with":{"a":1}}]"#,
        ] {
            let list = Value::from_json(text).unwrap();
            assert_eq!(read(list.as_array().unwrap(), &[json!({})]), None, "{text}");
        }
    }
}
