//! The results of a Map Run: in order for the state's result, or as text for result files.

use super::definition::{ResultWriter, Transformation};
use std::sync::Arc;

use crate::machine::{ExecutionInfo, Outcome};
use crate::value::object;
use crate::{Object, Value};

/// Results that become the state's result. Once they cannot fit into the payload limit they are no longer kept.
#[derive(Debug)]
pub(crate) struct Collected {
    flatten: bool,
    results: Vec<Option<Value>>,
    bytes: usize,
    limit: usize,
}

impl Collected {
    /// `limit` is the largest result, in bytes of JSON.
    pub fn new(flatten: bool, limit: usize) -> Self {
        Self {
            flatten,
            results: Vec::new(),
            bytes: 0,
            limit,
        }
    }

    pub fn add(&mut self, index: usize, result: Value) {
        self.bytes = self.bytes.saturating_add(self.bytes_of(&result));
        if self.is_too_large() {
            self.results = Vec::new();
            return;
        }
        if self.results.len() <= index {
            self.results.resize(index + 1, None);
        }
        self.results[index] = Some(result);
    }

    /// Takes a result back: its child runs again.
    pub fn remove(&mut self, index: usize) {
        if let Some(result) = self.results.get_mut(index).and_then(Option::take) {
            self.bytes -= self.bytes_of(&result);
        }
    }

    /// Bytes of a result among the others.
    fn bytes_of(&self, result: &Value) -> usize {
        match result.as_array() {
            // Its brackets go, and without elements there is no comma either.
            Some([]) if self.flatten => 0,
            Some(_) if self.flatten => result.measure().bytes - 1,
            _ => result.measure().bytes + 1,
        }
    }

    pub fn is_too_large(&self) -> bool {
        // The brackets make up for the comma that the first result does not have.
        self.bytes > 0 && self.bytes + 1 > self.limit
    }

    pub fn into_value(self) -> Value {
        let results = self.results.into_iter().flatten();
        if !self.flatten {
            return Value::from(results.collect::<Vec<_>>());
        }
        let mut flat = Vec::new();
        for result in results {
            match result.as_array() {
                Some(elements) => flat.extend(elements.iter().cloned()),
                None => flat.push(result),
            }
        }
        Value::from(flat)
    }
}

/// Which result file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultKind {
    Succeeded,
    Failed,
    Pending,
}

/// Result files in the making.
#[derive(Debug)]
pub(crate) struct Files {
    writer: ResultWriter,
    bucket: String,
    /// Where the files are, with a slash at the end.
    folder: String,
    kinds: [Kind; 3],
}

#[derive(Debug)]
struct Kind {
    name: &'static str,
    /// The present file's records.
    text: String,
    /// How many results they are, those of children that were not started included.
    results: u64,
    /// The children among them that ended.
    written: Written,
    /// Key and size of the files before.
    files: Vec<(String, usize)>,
}

/// Whose results are in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Written {
    /// Number of items.
    pub items: u64,
    /// Number of child executions.
    pub executions: u64,
}

impl Written {
    pub fn add(&mut self, more: Self) {
        self.items += more.items;
        self.executions += more.executions;
    }
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Of what it has the results; nothing for the manifest.
    pub kind: Option<ResultKind>,
    pub bucket: String,
    pub key: String,
    pub content: Arc<str>,
    pub written: Written,
}

impl Files {
    /// Size at which a file is written and the next one begun, so that memory stays bounded. (The service has
    /// files of up to 5 GB.)
    pub const SIZE: usize = 8 << 20;

    /// `folder` ends with a slash.
    pub fn new(writer: ResultWriter, bucket: String, folder: String) -> Self {
        Self {
            writer,
            bucket,
            folder,
            kinds: ["SUCCEEDED", "FAILED", "PENDING"].map(Kind::new),
        }
    }

    /// What is given of children that succeed.
    pub fn transformation(&self) -> Transformation {
        self.writer.transformation
    }

    /// Adds the result of a child with so many items. Gives a file that is full with it.
    pub fn add(&mut self, kind: ResultKind, items: u64, result: &Value) -> Option<File> {
        let flatten = kind == ResultKind::Succeeded && self.writer.transformation == Transformation::Flatten;
        let json_lines = self.writer.json_lines;
        let file = &mut self.kinds[kind as usize];
        file.results += 1;
        if kind != ResultKind::Pending {
            file.written.items += items;
            file.written.executions += 1;
        }
        match result.as_array() {
            Some(elements) if flatten => elements.iter().for_each(|element| file.push(element, json_lines)),
            _ => file.push(result, json_lines),
        }
        (file.text.len() >= Self::SIZE).then(|| self.close(kind))
    }

    /// Forgets what did not succeed: it runs again.
    pub fn redrive(&mut self) {
        for kind in [ResultKind::Failed, ResultKind::Pending] {
            let file = &mut self.kinds[kind as usize];
            *file = Kind::new(file.name);
        }
    }

    /// The files that are not full.
    pub fn close_all(&mut self) -> Vec<File> {
        [ResultKind::Succeeded, ResultKind::Failed, ResultKind::Pending]
            .into_iter()
            .filter(|kind| self.kinds[*kind as usize].results > 0)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|kind| self.close(kind))
            .collect()
    }

    /// The file that lists the others.
    pub fn manifest(&self, map_run_arn: &str) -> File {
        let files = |kind: ResultKind| {
            let files = self.kinds[kind as usize].files.iter();
            let entry = |(key, size): &(String, usize)| {
                let size = i64::try_from(*size).unwrap_or(i64::MAX);
                object([("Key", Value::from(key.as_str())), ("Size", Value::from(size))])
            };
            Value::from(files.map(entry).collect::<Vec<_>>())
        };
        let manifest = object([
            ("DestinationBucket", Value::from(self.bucket.as_str())),
            ("MapRunArn", Value::from(map_run_arn)),
            (
                "ResultFiles",
                object([
                    ("FAILED", files(ResultKind::Failed)),
                    ("PENDING", files(ResultKind::Pending)),
                    ("SUCCEEDED", files(ResultKind::Succeeded)),
                ]),
            ),
        ]);
        File {
            kind: None,
            bucket: self.bucket.clone(),
            key: self.manifest_key(),
            content: Arc::from(manifest.to_string()),
            written: Written::default(),
        }
    }

    /// What the state gives as its result.
    pub fn details(&self, map_run_arn: &str) -> Value {
        let details = object([
            ("Bucket", Value::from(self.bucket.as_str())),
            ("Key", Value::from(self.manifest_key())),
        ]);
        object([
            ("MapRunArn", Value::from(map_run_arn)),
            ("ResultWriterDetails", details),
        ])
    }

    fn manifest_key(&self) -> String {
        format!("{}manifest.json", self.folder)
    }

    fn close(&mut self, kind: ResultKind) -> File {
        let file = &mut self.kinds[kind as usize];
        let mut content = std::mem::take(&mut file.text);
        if !self.writer.json_lines {
            content.insert(0, '[');
            content.push(']');
        }
        let key = format!("{}{}_{}.json", self.folder, file.name, file.files.len());
        file.files.push((key.clone(), content.len()));
        file.results = 0;
        File {
            kind: Some(kind),
            bucket: self.bucket.clone(),
            key,
            content: Arc::from(content),
            written: std::mem::take(&mut file.written),
        }
    }
}

impl Kind {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            text: String::new(),
            results: 0,
            written: Written::default(),
            files: Vec::new(),
        }
    }

    fn push(&mut self, result: &Value, json_lines: bool) {
        if !self.text.is_empty() && !json_lines {
            self.text.push(',');
        }
        self.text.push_str(&result.to_string());
        if json_lines {
            self.text.push('\n');
        }
    }
}

/// What is told of a child execution besides its output.
pub(crate) struct Record {
    members: Object,
    express: bool,
}

impl Record {
    pub fn new(info: &ExecutionInfo, label: &str, express: bool, name: &str, input: &Value) -> Self {
        let mut record = Self {
            members: Object::new(),
            express,
        };
        record.set("ExecutionArn", info.child_id(label, express, name));
        record.set("Input", input.to_string());
        record.included("InputDetails");
        record.set("Name", name);
        record.set("StateMachineArn", info.child_machine_id(label));
        record
    }

    /// The record of a child that was not started.
    pub fn pending(info: &ExecutionInfo, label: &str, express: bool, input: &Value) -> Self {
        let mut record = Self::new(info, label, express, "", input);
        record.members.remove("ExecutionArn");
        record.members.remove("Name");
        record.set("Status", "PENDING");
        record
    }

    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.members.insert(key, value.into());
    }

    /// Status and output, or error.
    pub fn ended(&mut self, outcome: &Outcome, redrive_count: u32) {
        let status = outcome.status();
        self.set("Status", status);
        self.set("RedriveCount", redrive_count);
        match outcome {
            Outcome::Succeeded(output) => {
                self.set("Output", output.to_string());
                self.included("OutputDetails");
            }
            Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
                if let Some(error) = error {
                    self.set("Error", error.as_str());
                }
                if let Some(cause) = cause {
                    self.set("Cause", cause.as_str());
                }
            }
            Outcome::TimedOut => self.set("Error", crate::machine::names::TIMEOUT),
        }
        if matches!(outcome, Outcome::Succeeded(_)) || self.express {
            let reason = format!("Execution is {status} and cannot be redriven");
            self.set("RedriveStatus", "NOT_REDRIVABLE");
            self.set("RedriveStatusReason", reason);
        } else {
            self.set("RedriveStatus", "REDRIVABLE_BY_MAP_RUN");
        }
    }

    pub fn into_value(self) -> Value {
        Value::Object(self.members)
    }

    fn included(&mut self, key: &'static str) {
        self.set(key, object([("Included", Value::from(true))]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn files(writer: ResultWriter) -> Files {
        Files::new(writer, "results".to_owned(), "jobs/1/".to_owned())
    }

    const fn count(items: u64, executions: u64) -> Written {
        Written { items, executions }
    }

    #[test]
    fn results_stand_in_order() {
        let mut collected = Collected::new(false, 100);
        collected.add(2, json!("c"));
        collected.add(0, json!(["a"]));
        assert_eq!(collected.into_value(), json!([["a"], "c"]));
        let mut flat = Collected::new(true, 100);
        flat.add(1, json!("c"));
        flat.add(0, json!(["a", "b"]));
        assert_eq!(flat.into_value(), json!(["a", "b", "c"]));
    }

    #[test]
    fn a_result_that_is_taken_back_leaves_room() {
        let mut collected = Collected::new(false, 9);
        collected.add(0, json!("abcd"));
        collected.remove(0);
        collected.remove(7);
        collected.add(1, json!(1));
        collected.add(0, json!("ab"));
        assert!(!collected.is_too_large());
        assert_eq!(collected.into_value(), json!(["ab", 1]));
    }

    #[test]
    fn a_redrive_writes_what_failed_anew() {
        let mut files = files(ResultWriter::export(Transformation::Compact));
        files.add(ResultKind::Succeeded, 1, &json!(1));
        files.add(ResultKind::Failed, 1, &json!({}));
        assert_eq!(files.close_all().len(), 2);
        files.add(ResultKind::Pending, 1, &json!({}));
        files.redrive();
        files.add(ResultKind::Succeeded, 1, &json!(2));
        let keys: Vec<String> = files.close_all().into_iter().map(|file| file.key).collect();
        assert_eq!(keys, ["jobs/1/SUCCEEDED_1.json"]);
        let manifest = Value::from_json(&files.manifest("arn").content).unwrap();
        assert_eq!(manifest["ResultFiles"]["FAILED"], json!([]));
        assert_eq!(
            manifest["ResultFiles"]["SUCCEEDED"].as_array().map(<[_]>::len),
            Some(2)
        );
    }

    #[test]
    fn results_that_are_too_large_are_let_go() {
        let mut collected = Collected::new(false, 9);
        collected.add(0, json!("ab"));
        collected.add(1, json!(12));
        assert!(!collected.is_too_large());
        collected.add(2, json!(3));
        assert!(collected.is_too_large());
        assert!(collected.results.is_empty());
    }

    #[test]
    fn only_what_becomes_of_flat_results_counts() {
        let mut flat = Collected::new(true, "[1,[2]]".len());
        for (index, result) in [json!([1]), json!([]), json!([[2]]), json!([])]
            .into_iter()
            .enumerate()
        {
            flat.add(index, result);
        }
        assert!(!flat.is_too_large());
        flat.add(4, json!(3));
        assert!(flat.is_too_large());
    }

    #[test]
    fn files_hold_arrays_or_lines() {
        let mut json = files(ResultWriter::export(Transformation::Compact));
        assert_eq!(json.add(ResultKind::Succeeded, 2, &json!([1])), None);
        json.add(ResultKind::Succeeded, 1, &json!({"a": 2}));
        json.add(ResultKind::Failed, 1, &json!({"Error": "x"}));
        let written = json.close_all();
        assert_eq!(
            written
                .iter()
                .map(|file| (file.key.as_str(), &*file.content, file.written))
                .collect::<Vec<_>>(),
            [
                ("jobs/1/SUCCEEDED_0.json", r#"[[1],{"a":2}]"#, count(3, 2)),
                ("jobs/1/FAILED_0.json", r#"[{"Error":"x"}]"#, count(1, 1)),
            ]
        );
        let manifest = json.manifest("arn");
        assert_eq!(manifest.key, "jobs/1/manifest.json");
        assert_eq!(
            Value::from_json(&manifest.content).unwrap(),
            json!({
                "DestinationBucket": "results",
                "MapRunArn": "arn",
                "ResultFiles": {
                    "FAILED": [{"Key": "jobs/1/FAILED_0.json", "Size": 15}],
                    "PENDING": [],
                    "SUCCEEDED": [{"Key": "jobs/1/SUCCEEDED_0.json", "Size": 13}]
                }
            })
        );
        let mut lines = files(ResultWriter::export(Transformation::Flatten).json_lines());
        lines.add(ResultKind::Succeeded, 1, &json!([1, 2]));
        lines.add(ResultKind::Succeeded, 1, &json!("x"));
        assert_eq!(lines.close_all()[0].content.as_ref(), "1\n2\n\"x\"\n");
    }

    #[test]
    fn full_files_are_written_at_once() {
        let mut files = files(ResultWriter::export(Transformation::Compact));
        let large = Value::from("x".repeat(Files::SIZE));
        let first = files.add(ResultKind::Succeeded, 1, &large).unwrap();
        assert_eq!(
            (first.key.as_str(), first.written),
            ("jobs/1/SUCCEEDED_0.json", count(1, 1))
        );
        files.add(ResultKind::Succeeded, 1, &json!(1));
        assert_eq!(files.close_all()[0].key, "jobs/1/SUCCEEDED_1.json");
    }
}
