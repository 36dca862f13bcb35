//! Map states: what only distributed ones have, and what these need.

use super::{each_state, fields::mistyped, resources::EXPRESS_CHILDREN};
use crate::{
    compile::MachineKind,
    diagnostic::{Code, Problem, Problems, one_of},
    syntax::{
        block::{Block, State},
        shape::{Language, StateType},
        template,
    },
};

/// Longest headers of a table, in bytes together.
const LONGEST_HEADERS: usize = 10 << 10;

/// A JSON Pointer is shorter.
const LONGEST_POINTER: usize = 2_000;

pub(super) fn check(machine: &Block<'_>, kind: MachineKind, problems: &mut Problems) {
    each_state(machine, kind, &mut |state, runs_in| {
        if state.kind != Some(StateType::Map) {
            return;
        }
        mode(state, problems);
        if runs_in == MachineKind::Express && is_distributed(state) {
            let message = "an express state machine cannot have a distributed Map";
            let help = (kind != runs_in).then(|| EXPRESS_CHILDREN.to_owned());
            problems.push(Problem::new(Code::NotInExpress, state.key, message).help(help));
        }
        if let Some(part) = state.block.block("ItemReader") {
            reader(part, problems);
        }
        if let Some(part) = state.block.block("ItemBatcher") {
            batcher(part, problems);
        }
        if let Some(part) = state.block.block("ResultWriter") {
            writer(part, problems);
        }
    });
}

/// Whether the state is a Map that runs its items as executions of their own.
pub(super) fn is_distributed(state: &State<'_>) -> bool {
    state
        .scopes()
        .filter_map(|scope| scope.block("ProcessorConfig"))
        .any(|config| config.text("Mode") == Some("DISTRIBUTED"))
}

fn mode(state: &State<'_>, problems: &mut Problems) {
    let distributed = is_distributed(state);
    for config in state.scopes().filter_map(|scope| scope.block("ProcessorConfig")) {
        let execution_type = config.member("ExecutionType");
        let problem = match (distributed, execution_type) {
            (true, None) => {
                let message = "a distributed Map needs `ExecutionType`: \"STANDARD\" or \"EXPRESS\"";
                Problem::new(Code::MissingField, &config.anchor, message)
            }
            (false, Some(member)) => {
                let message = "`ExecutionType` is only allowed where `Mode` is \"DISTRIBUTED\"";
                Problem::new(Code::WrongProcessorMode, &member.key_range, message)
            }
            _ => continue,
        };
        problems.push(problem.owner(&config.node.range));
    }
    if distributed {
        return;
    }
    for entry in state.block.entries.iter().filter(|entry| entry.field.distributed) {
        let name = entry.name();
        let message = format!("`{name}` is only allowed in a distributed Map");
        let help = "a Map is distributed where its `ProcessorConfig` has `\"Mode\": \"DISTRIBUTED\"`";
        let problem = Problem::new(Code::WrongProcessorMode, &entry.member.key_range, message);
        problems.push(problem.help(help.to_owned()).owner(state.key));
    }
}

fn reader(reader: &Block<'_>, problems: &mut Problems) {
    let field = match reader.language {
        Language::JsonPath => "Parameters",
        Language::Jsonata => "Arguments",
    };
    let is_given = ["Parameters", "Arguments"]
        .iter()
        .any(|field| reader.member(field).is_some());
    if !is_given && !mistyped(reader).contains(&field) {
        let message = format!("an item reader needs `{field}`, which say what is read");
        problems.push(Problem::new(Code::MissingField, &reader.anchor, message));
    }
    let config = reader.block("ReaderConfig");
    source(reader, config, problems);
    if let Some(config) = config {
        tables(config, problems);
    }
}

/// What the parameters of a reader and a writer must be called, and what they may be called.
type Parameters = (&'static [&'static str], &'static [&'static str]);

const OF_OBJECT: Parameters = (
    &["Bucket", "Key"],
    &["Bucket", "Key", "VersionId", "ExpectedBucketOwner"],
);
const OF_LISTING: Parameters = (&["Bucket"], &["Bucket", "Prefix", "ExpectedBucketOwner"]);
const OF_WRITER: Parameters = OF_LISTING;

/// Whether the parameters are those that the action takes, where they are written down one by one.
fn parameters(part: &Block<'_>, (required, known): Parameters, problems: &mut Problems) {
    let given = part.entry("Parameters").or_else(|| part.entry("Arguments"));
    let Some((given, members)) = given.and_then(|given| Some((given, given.member.value.members()?))) else {
        return;
    };
    let names = members.iter().map(|member| match part.language {
        Language::JsonPath => template::name(&member.key),
        Language::Jsonata => &member.key,
    });
    let names: Vec<&str> = names.collect();
    let missing: Vec<_> = required.iter().filter(|wanted| !names.contains(wanted)).collect();
    if !missing.is_empty() {
        let (shape, field) = (part.shape.name, given.name());
        let message = format!("{shape} needs {} in its `{field}`", one_of(&missing, "and"));
        problems.push(Problem::new(Code::MissingField, &given.member.key_range, message));
    }
    for (member, name) in members.iter().zip(names) {
        if !known.contains(&name) {
            let message = format!("{} has no parameter `{name}`", part.shape.name);
            let problem = Problem::new(Code::UnknownField, &member.key_range, message);
            let help = format!("its parameters are `{}`", known.join("`, `"));
            problems.push(problem.help(help).owner(&part.node.range));
        }
    }
}

/// Whether it is told what is read, and nothing is told that does not belong to that.
fn source(reader: &Block<'_>, config: Option<&Block<'_>>, problems: &mut Problems) {
    let text = |field| config.and_then(|config: &Block<'_>| config.text(field));
    let is_listing = reader
        .text("Resource")
        .is_some_and(|resource| resource.ends_with(":listObjectsV2"));
    parameters(reader, if is_listing { OF_LISTING } else { OF_OBJECT }, problems);
    let flattens = text("Transformation") == Some("LOAD_AND_FLATTEN");
    let has = |field| config.is_some_and(|config| config.member(field).is_some());
    let missing = match (is_listing, flattens, has("InputType")) {
        (false, _, false) if !has("ManifestType") => {
            "an item reader of an object needs `InputType` in its `ReaderConfig`"
        }
        (true, true, false) => "`LOAD_AND_FLATTEN` needs `InputType`: what the objects are that are listed",
        _ => "",
    };
    if !missing.is_empty() {
        let anchor = config.map_or(&reader.anchor, |config| &config.anchor);
        problems.push(Problem::new(Code::MissingField, anchor, missing));
    }
    let Some(config) = config else { return };
    for entry in &config.entries {
        let why = match (entry.name(), text("InputType")) {
            ("Transformation", _) if flattens && !is_listing => "only objects that are listed are flattened",
            (
                "InputType" | "ManifestType" | "CSVDelimiter" | "CSVHeaderLocation" | "CSVHeaders"
                | "ItemsPointer",
                _,
            ) if is_listing && !flattens => {
                "a list of objects has no format, unless `Transformation` is \"LOAD_AND_FLATTEN\""
            }
            ("CSVDelimiter" | "CSVHeaderLocation" | "CSVHeaders", Some("JSON" | "JSONL" | "PARQUET")) => {
                "it is for CSV, which `InputType` is not"
            }
            ("ItemsPointer", Some("CSV" | "JSONL" | "PARQUET")) => "it is for JSON, which `InputType` is not",
            _ => continue,
        };
        let message = format!("`{}` cannot be given: {why}", entry.name());
        let problem = Problem::new(Code::ConflictingFields, &entry.member.key_range, message);
        problems.push(problem.owner(&config.node.range));
    }
}

/// Whether it is told of tables where their headers are, and of JSON where the items are.
fn tables(config: &Block<'_>, problems: &mut Problems) {
    let location = config.text("CSVHeaderLocation");
    if config.text("InputType") == Some("CSV") && config.member("CSVHeaderLocation").is_none() {
        let message = "a reader of CSV needs `CSVHeaderLocation`: \"FIRST_ROW\" or \"GIVEN\"";
        problems.push(Problem::new(Code::MissingField, &config.anchor, message));
    }
    match config.member("CSVHeaders") {
        None if location == Some("GIVEN") => {
            let message = "`CSVHeaders` is missing: `CSVHeaderLocation` says that they are given";
            problems.push(Problem::new(Code::MissingField, &config.anchor, message));
        }
        Some(member) if location == Some("FIRST_ROW") => {
            let message =
                "`CSVHeaders` cannot be given: `CSVHeaderLocation` says that they are in the first row";
            let problem = Problem::new(Code::ConflictingFields, &member.key_range, message);
            problems.push(problem.owner(&config.node.range));
        }
        _ => {}
    }
    let headers = config.names("CSVHeaders");
    if let Some((first, _)) = headers.first()
        && headers.iter().map(|(_, name)| name.len()).sum::<usize>() > LONGEST_HEADERS
    {
        let message = "`CSVHeaders` are longer than 10 KiB";
        problems.push(Problem::new(Code::OutOfRange, &first.range, message));
    }
    if let Some(member) = config.member("ItemsPointer")
        && config
            .text("ItemsPointer")
            .is_some_and(|text| text.len() >= LONGEST_POINTER)
    {
        let message = "`ItemsPointer` is longer than 1,999 characters";
        problems.push(Problem::new(Code::OutOfRange, &member.value.range, message));
    }
}

fn batcher(batcher: &Block<'_>, problems: &mut Problems) {
    let limits = [
        "MaxItemsPerBatch",
        "MaxItemsPerBatchPath",
        "MaxInputBytesPerBatch",
        "MaxInputBytesPerBatchPath",
    ];
    if limits.iter().all(|field| batcher.member(field).is_none()) {
        let message = "an item batcher needs `MaxItemsPerBatch` or `MaxInputBytesPerBatch`";
        problems.push(Problem::new(Code::MissingField, &batcher.anchor, message));
    }
}

fn writer(writer: &Block<'_>, problems: &mut Problems) {
    parameters(writer, OF_WRITER, problems);
    let has = |field| writer.member(field).is_some();
    let target = has("Parameters") || has("Arguments");
    let message = match (has("Resource"), target, has("WriterConfig")) {
        (false, false, false) => "a result writer needs `Resource` with its parameters, or `WriterConfig`",
        (false, true, _) => "a result writer with parameters needs `Resource`",
        (true, false, _) => "a result writer with `Resource` needs its parameters",
        _ => return,
    };
    problems.push(Problem::new(Code::MissingField, &writer.anchor, message));
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_states;

    fn problems_in_map(config: &str, fields: &str) -> Vec<String> {
        problems_in_states(
            "A",
            &format!(
                r#""A": {{"Type": "Map", "End": true, {fields} "ItemProcessor": {{"ProcessorConfig": {{{config}}},
                    "StartAt": "B", "States": {{"B": {{"Type": "Succeed"}}}}}}}}"#
            ),
        )
    }

    #[test]
    fn inline_maps_lack_what_distributed_ones_have() {
        assert_eq!(
            problems_in_map(
                r#""Mode": "INLINE""#,
                r#""ItemBatcher": {"MaxItemsPerBatch": 2},"#
            ),
            ["ASL118 `ItemBatcher` is only allowed in a distributed Map @ /States/A"]
        );
        assert_eq!(
            problems_in_map(r#""ExecutionType": "EXPRESS""#, ""),
            [
                "ASL118 `ExecutionType` is only allowed where `Mode` is \"DISTRIBUTED\" \
                 @ /States/A/ItemProcessor/ProcessorConfig"
            ]
        );
    }

    #[test]
    fn the_service_takes_thresholds_and_labels_in_inline_maps_too() {
        assert!(problems_in_map("", r#""ToleratedFailureCount": 1, "Label": "x","#).is_empty());
    }

    #[test]
    fn distributed_maps_say_what_their_children_are() {
        assert_eq!(
            problems_in_map(r#""Mode": "DISTRIBUTED""#, ""),
            [
                "ASL111 a distributed Map needs `ExecutionType`: \"STANDARD\" or \"EXPRESS\" \
                 @ /States/A/ItemProcessor/ProcessorConfig"
            ]
        );
    }

    #[test]
    fn parts_of_distributed_maps_are_complete() {
        let config = r#""Mode": "DISTRIBUTED", "ExecutionType": "STANDARD""#;
        let reader = r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": "#;
        let cases = [
            (r#""ItemBatcher": {},"#.to_owned(), "ASL111 an item batcher needs"),
            (
                r#""ResultWriter": {},"#.to_owned(),
                "ASL111 a result writer needs",
            ),
            (
                r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": "b"},"#
                    .to_owned(),
                "ASL112 `Parameters` must be an object, not a string",
            ),
            (
                r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Prefix": "p"}},"#
                    .to_owned(),
                "ASL111 a result writer needs `Bucket` in its `Parameters`",
            ),
            (
                r#""ResultWriter": {"Parameters": {"Bucket": "b"}},"#.to_owned(),
                "ASL111 a result writer with parameters",
            ),
            (
                format!(r#"{reader}{{"InputType": "CSV"}}}},"#),
                "ASL111 a reader of CSV needs",
            ),
            (
                format!(r#"{reader}{{"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}}}},"#),
                "ASL111 `CSVHeaders` is missing",
            ),
            (
                format!(
                    r#"{reader}{{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVHeaders": ["a"]}}}},"#
                ),
                "ASL116 `CSVHeaders` cannot be given",
            ),
            (
                format!(
                    r#"{reader}{{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "{}"]}}}},"#,
                    "b".repeat(10 << 10)
                ),
                "`CSVHeaders` are longer than 10 KiB",
            ),
            (
                format!(
                    r#"{reader}{{"InputType": "JSON", "ItemsPointer": "/{}"}}}},"#,
                    "a".repeat(1_999)
                ),
                "`ItemsPointer` is longer",
            ),
        ];
        for (fields, problem) in cases {
            let problems = problems_in_map(config, &fields);
            assert!(
                problems.len() == 1 && problems[0].contains(problem),
                "{fields}: {problems:?}"
            );
        }
    }

    #[test]
    fn readers_are_told_what_they_read_and_nothing_else() {
        let config = r#""Mode": "DISTRIBUTED", "ExecutionType": "STANDARD""#;
        let problems = |action: &str, fields: &str| {
            let resource = format!(r#""Resource": "arn:aws:states:::s3:{action}""#);
            problems_in_map(config, &format!(r#""ItemReader": {{{resource}{fields}}},"#))
        };
        let of_object = r#""Parameters": {"Bucket": "b", "Key": "k"}"#;
        let of_listing = r#""Parameters": {"Bucket": "b"}"#;
        let given = |action: &str| {
            if action == "getObject" {
                of_object
            } else {
                of_listing
            }
        };
        let good = [
            ("listObjectsV2", ""),
            ("listObjectsV2", r#""MaxItems": 5, "Transformation": "NONE""#),
            (
                "listObjectsV2",
                r#""Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON", "ItemsPointer": "/a""#,
            ),
            (
                "getObject",
                r#""InputType": "JSON", "ItemsPointer": "/a", "Transformation": "NONE""#,
            ),
            ("getObject", r#""InputType": "MANIFEST""#),
            ("getObject", r#""ManifestType": "S3_INVENTORY""#),
            (
                "getObject",
                r#""ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW""#,
            ),
        ];
        for (action, fields) in good {
            let fields = format!(r#", {}, "ReaderConfig": {{{fields}}}"#, given(action));
            assert_eq!(problems(action, &fields), Vec::<String>::new(), "{fields}");
        }
        let bad = [
            (
                "getObject",
                "",
                "ASL111 an item reader of an object needs `InputType`",
            ),
            (
                "getObject",
                r#""MaxItems": 5"#,
                "ASL111 an item reader of an object needs `InputType`",
            ),
            (
                "listObjectsV2",
                r#""Transformation": "LOAD_AND_FLATTEN""#,
                "ASL111 `LOAD_AND_FLATTEN` needs",
            ),
            (
                "listObjectsV2",
                r#""InputType": "JSON""#,
                "ASL116 `InputType` cannot be given: a list",
            ),
            (
                "listObjectsV2",
                r#""CSVDelimiter": "TAB""#,
                "ASL116 `CSVDelimiter` cannot be given: a list",
            ),
            (
                "getObject",
                r#""InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN""#,
                "ASL116 `Transformation` cannot be given: only objects",
            ),
            (
                "getObject",
                r#""InputType": "JSONL", "CSVDelimiter": "TAB""#,
                "ASL116 `CSVDelimiter` cannot be given: it is for CSV",
            ),
            (
                "getObject",
                r#""InputType": "PARQUET", "ItemsPointer": "/a""#,
                "ASL116 `ItemsPointer` cannot be given: it is for JSON",
            ),
        ];
        for (action, fields, problem) in bad {
            let fields = format!(r#", {}, "ReaderConfig": {{{fields}}}"#, given(action));
            let problems = problems(action, &fields);
            assert!(
                problems.len() == 1 && problems[0].contains(problem),
                "{fields}: {problems:?}"
            );
        }
        let parameters = |action: &str, parameters: &str| {
            let config = r#", "ReaderConfig": {"InputType": "JSON"}"#;
            let config = if action == "getObject" { config } else { "" };
            problems(action, &format!(r#", "Parameters": {{{parameters}}}{config}"#))
        };
        assert!(parameters("getObject", r#""Bucket": "b", "Key.$": "$.k", "VersionId": "1""#).is_empty());
        assert!(parameters("listObjectsV2", r#""Bucket.$": "$.b", "Prefix": "p""#).is_empty());
        let missing = |action, given| {
            let problems = parameters(action, given);
            let [problem] = &problems[..] else {
                panic!("{problems:?}")
            };
            problem.contains("ASL111 an item reader needs") && problem.ends_with("/ItemReader/Parameters")
        };
        assert!(missing("getObject", r#""Bucket": "b""#));
        assert!(missing("getObject", ""));
        assert!(missing("listObjectsV2", r#""Prefix": "p""#));
        let unknown = parameters("listObjectsV2", r#""Bucket": "b", "MaxKeys": 5"#);
        assert!(
            unknown.len() == 1 && unknown[0].contains("ASL110 an item reader has no parameter `MaxKeys`"),
            "{unknown:?}"
        );
        let without = problems("getObject", &format!(", {of_object}"));
        assert!(
            without.len() == 1 && without[0].contains("needs `InputType`"),
            "{without:?}"
        );
        assert_eq!(
            problems("listObjectsV2", ""),
            ["ASL111 an item reader needs `Parameters`, which say what is read @ /States/A/ItemReader"]
        );
    }
}
