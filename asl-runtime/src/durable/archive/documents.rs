//! The documents of a history, each of them once and as short as it goes.
//!
//! One that the journal has is its number there: the input is 0. `{"of":3,"with":{"payment":7}}` is document 3 of this
//! list, in which the member is document 7: what a ResultPath makes. Any other stands in an array of its own.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::super::text::Text;
use crate::{Object, Value};

/// Documents that are looked through for one that is alike.
const RECENT: usize = 8;

/// Bytes for a few documents that the journal has.
const SHORT: usize = 256;

/// Most members in which a document is told by another one.
const CHANGES: usize = 4;

/// The documents of a history, as they come.
#[derive(Debug, Default)]
pub struct Documents {
    /// Those of the journal.
    journal: Vec<Value>,
    /// Where in memory they are, and those of this list.
    places: BTreeMap<usize, Place>,
    /// Where the last one is that was asked for, and its number: most events have it again.
    last: Option<(usize, usize)>,
    all: Vec<Value>,
    /// Those that are written like one of the list: kept, so that no other document gets the place of one in memory.
    alike: Vec<Value>,
    text: Text,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Journal(usize),
    Listed(usize),
}

/// What a document has in common with those before it.
enum Likeness {
    /// It is written like this one.
    Same(usize),
    /// It differs from this one in these members.
    Near(usize, Changes),
    None,
}

/// Positions of members.
type Changes = SmallVec<[usize; CHANGES]>;

impl Documents {
    /// Adds a document of the journal.
    pub fn journal(&mut self, document: &Value) {
        if let Some(address) = document.address() {
            let number = self.journal.len();
            self.places.entry(address).or_insert(Place::Journal(number));
        }
        self.journal.push(document.clone());
    }

    /// Number of a document, which is added if it is new.
    pub fn number(&mut self, document: &Value) -> usize {
        let Some(address) = document.address() else {
            return self.listed(document);
        };
        if let Some((known, number)) = self.last
            && known == address
        {
            return number;
        }
        let place = self.places.get(&address).copied();
        let number = match place {
            Some(Place::Listed(number)) => number,
            Some(Place::Journal(number)) => {
                self.comma().index(number);
                self.add(document)
            }
            None => self.listed(document),
        };
        if !matches!(place, Some(Place::Listed(_))) {
            self.places.insert(address, Place::Listed(number));
        }
        self.last = Some((address, number));
        number
    }

    /// Number of a document that the journal does not have.
    fn listed(&mut self, document: &Value) -> usize {
        match self.likeness(document) {
            Likeness::Same(number) => {
                self.alike.push(document.clone());
                return number;
            }
            Likeness::Near(of, changes) => self.change(of, document, &changes),
            Likeness::None => {
                self.comma().push("[").value(document).push("]");
            }
        }
        self.add(document)
    }

    /// Writes a document as another one that was changed.
    fn change(&mut self, of: usize, document: &Value, changes: &Changes) {
        let Some(object) = document.as_object() else {
            return;
        };
        let members = changes.iter().filter_map(|position| object.iter().nth(*position));
        let members: SmallVec<[(&str, usize); CHANGES]> = members
            .map(|(name, member)| (name.as_str(), self.number(member)))
            .collect();
        self.comma().push(r#"{"of":"#).index(of).push(r#","with":{"#);
        for (index, (name, number)) in members.into_iter().enumerate() {
            self.text.push(if index == 0 { "" } else { "," });
            self.text.quoted(name).push(":").index(number);
        }
        self.text.push("}}");
    }

    /// The document among the last ones that this one differs least from.
    fn likeness(&self, document: &Value) -> Likeness {
        let mut nearest: Option<(usize, Changes)> = None;
        for number in self.recent() {
            let known = &self.all[number];
            match (known.as_object(), document.as_object()) {
                (Some(of), Some(object)) => {
                    let least = nearest.as_ref().map(|(_, changes)| changes.len());
                    match changes(of, object) {
                        Some(changes) if changes.is_empty() => return Likeness::Same(number),
                        // Nearer would be only one that is written alike: seldom, and no harm if it stands twice.
                        Some(changes) if changes.len() == 1 => return Likeness::Near(number, changes),
                        Some(changes) if least.is_none_or(|least| changes.len() < least) => {
                            nearest = Some((number, changes));
                        }
                        _ => {}
                    }
                }
                _ if known.is_written_like(document) => return Likeness::Same(number),
                _ => {}
            }
        }
        nearest.map_or(Likeness::None, |(number, changes)| {
            Likeness::Near(number, changes)
        })
    }

    /// The last ones, the latest first, and the first one: that is the execution's input.
    fn recent(&self) -> impl Iterator<Item = usize> + use<> {
        let start = self.all.len().saturating_sub(RECENT);
        (start..self.all.len()).rev().chain((start > 0).then_some(0))
    }

    fn add(&mut self, document: &Value) -> usize {
        if self.all.is_empty() {
            self.all.reserve(RECENT);
        }
        self.all.push(document.clone());
        self.all.len() - 1
    }

    fn comma(&mut self) -> &mut Text {
        if self.all.is_empty() {
            self.text.reserve(SHORT);
            return &mut self.text;
        }
        self.text.push(",")
    }

    /// The list as JSON, without the brackets; and the documents of the journal.
    pub fn finish(self) -> (Text, Vec<Value>) {
        (self.text, self.journal)
    }
}

/// The members that an object has in another one's place, or behind it; nothing if these are not few.
fn changes(of: &Object, object: &Object) -> Option<Changes> {
    if object.len() < of.len() || object.len() > of.len() + CHANGES {
        return None;
    }
    let mut before = of.iter();
    let mut changes = Changes::new();
    for (position, (name, value)) in object.iter().enumerate() {
        match before.next() {
            Some((known, _)) if known != name => return None,
            Some((_, same)) if same.is_written_like(value) => {}
            _ if changes.len() == CHANGES => return None,
            _ => changes.push(position),
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
        let mut list = Documents::default();
        journal.iter().for_each(|document| list.journal(document));
        let numbers: Vec<usize> = documents.iter().map(|document| list.number(document)).collect();
        let text = list.finish().0.into_string();
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
