//! Distributed Map states.

use super::Lowering;
use crate::{
    ir::{self, Json, Limit},
    syntax::{
        block::{Block, State, Value},
        shape::Language,
    },
};

impl Lowering<'_> {
    /// What a Map has beyond an inline one, if it is distributed.
    pub(super) fn distributed(&mut self, state: &State<'_>) -> Option<Box<ir::Distributed>> {
        let config = state.scopes().find_map(|scope| scope.block("ProcessorConfig"))?;
        if config.text("Mode") != Some("DISTRIBUTED") {
            return None;
        }
        let block = &state.block;
        Some(Box::new(ir::Distributed {
            express: config.text("ExecutionType") == Some("EXPRESS"),
            label: block.text("Label").map(str::to_owned),
            reader: block.block("ItemReader").map(|reader| self.reader(reader)),
            batcher: block.block("ItemBatcher").map(|batcher| ir::Batcher {
                max_items: self.limit(
                    batcher,
                    "ItemBatcher/",
                    "MaxItemsPerBatch",
                    "MaxItemsPerBatchPath",
                ),
                max_bytes: self.limit(
                    batcher,
                    "ItemBatcher/",
                    "MaxInputBytesPerBatch",
                    "MaxInputBytesPerBatchPath",
                ),
                input: self.parameters(batcher, "ItemBatcher/", "BatchInput", "BatchInput"),
            }),
            tolerated_count: self.limit(block, "", "ToleratedFailureCount", "ToleratedFailureCountPath"),
            tolerated_percentage: self.percentage(block),
            writer: block.block("ResultWriter").map(|writer| self.writer(writer)),
        }))
    }

    fn reader(&mut self, reader: &Block<'_>) -> ir::Reader {
        let config = reader.block("ReaderConfig");
        let max_items = config
            .and_then(|config| self.limit(config, "ItemReader/ReaderConfig/", "MaxItems", "MaxItemsPath"));
        let text = |field| config.and_then(|config: &Block<'_>| config.text(field));
        let listing = reader
            .text("Resource")
            .is_some_and(|resource| resource.ends_with(":listObjectsV2"));
        let manifest = text("ManifestType");
        let source = match (listing, text("Transformation"), manifest, text("InputType")) {
            (true, Some("LOAD_AND_FLATTEN"), ..) => ir::Source::ListedObjects(format(config)),
            (true, ..) => ir::Source::Listing,
            (false, _, Some("ATHENA_DATA"), _) => ir::Source::AthenaData(format(config)),
            (false, _, Some(_), _) | (false, _, None, Some("MANIFEST")) => ir::Source::Inventory,
            (false, ..) => ir::Source::Object(format(config)),
        };
        ir::Reader {
            source,
            parameters: self.parameters(reader, "ItemReader/", "Parameters", "Arguments"),
            max_items,
        }
    }

    fn writer(&mut self, writer: &Block<'_>) -> ir::Writer {
        let config = writer.block("WriterConfig");
        let text = |field| config.and_then(|config: &Block<'_>| config.text(field));
        let export = writer
            .text("Resource")
            .and_then(|_| self.parameters(writer, "ResultWriter/", "Parameters", "Arguments"));
        let transformation = match text("Transformation") {
            Some("NONE") => ir::Transformation::None,
            Some("FLATTEN") => ir::Transformation::Flatten,
            Some(_) => ir::Transformation::Compact,
            None if export.is_some() => ir::Transformation::None,
            None => ir::Transformation::Compact,
        };
        ir::Writer {
            export,
            transformation,
            json_lines: text("OutputType") == Some("JSONL"),
        }
    }

    fn percentage(&mut self, block: &Block<'_>) -> Option<Limit<f64>> {
        if let Some(path) = block.path("ToleratedFailurePercentagePath") {
            return Some(Limit::Path(self.path(path)));
        }
        match self.expression(block, "", "ToleratedFailurePercentage") {
            Some(expression) => Some(Limit::Expression(expression)),
            None => percentage(block).map(Limit::Literal),
        }
    }

    /// A field of JSON in the one language or the other. `place` is the way from the state to the block.
    fn parameters(
        &mut self,
        block: &Block<'_>,
        place: &str,
        json_path: &str,
        jsonata: &str,
    ) -> Option<ir::Template> {
        match block.language {
            Language::JsonPath => self.template_field(block, json_path),
            Language::Jsonata => self.value(block, place, jsonata),
        }
    }

    fn limit(&mut self, block: &Block<'_>, place: &str, field: &str, path: &str) -> Option<Limit<u32>> {
        if let Some(path) = block.path(path) {
            return Some(Limit::Path(self.path(path)));
        }
        match self.expression(block, place, field) {
            Some(expression) => Some(Limit::Expression(expression)),
            None => block.integer(field).map(Limit::Literal),
        }
    }
}

fn format(config: Option<&Block<'_>>) -> ir::Format {
    let text = |field| config.and_then(|config| config.text(field));
    match text("InputType") {
        Some("CSV") => ir::Format::Csv {
            delimiter: match text("CSVDelimiter") {
                Some("PIPE") => b'|',
                Some("SEMICOLON") => b';',
                Some("SPACE") => b' ',
                Some("TAB") => b'\t',
                _ => b',',
            },
            headers: config
                .filter(|_| text("CSVHeaderLocation") == Some("GIVEN"))
                .map(|config| {
                    let names = config.names("CSVHeaders").iter();
                    names.map(|(_, name)| (*name).to_owned()).collect()
                }),
        },
        Some("JSONL") => ir::Format::JsonLines,
        Some("PARQUET") => ir::Format::Parquet,
        // Without a type the service takes it as JSON.
        _ => ir::Format::Json(text("ItemsPointer").map(str::to_owned)),
    }
}

fn percentage(block: &Block<'_>) -> Option<f64> {
    match block.value("ToleratedFailurePercentage")? {
        Value::Number(Json::Integer(number)) => Some(*number as f64),
        Value::Number(Json::Unsigned(number)) => Some(*number as f64),
        Value::Number(Json::Float(number)) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Source, compile,
        ir::{Distributed, Format, Kind, Limit, Source as Items, Transformation},
    };

    /// A distributed Map with these fields.
    fn map(fields: &str) -> Distributed {
        let text = format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Map", "End": true, {fields} "ItemProcessor": {{
                "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}},
                "StartAt": "B", "States": {{"B": {{"Type": "Succeed"}}}}}}}}}}}}"#
        );
        let source = Source {
            path: "test.asl.json".to_owned(),
            text,
        };
        let mut machine = compile(&source).unwrap_or_else(|problems| panic!("{}", problems.render(&source)));
        match machine.states.remove(0).kind {
            Kind::Map {
                distributed: Some(distributed),
                ..
            } => *distributed,
            kind => panic!("{kind:?}"),
        }
    }

    fn items(action: &str, config: &str) -> Items {
        let parameters = match action {
            "getObject" => r#""Parameters": {"Bucket": "b", "Key": "k"}"#,
            _ => r#""Parameters": {"Bucket": "b"}"#,
        };
        let reader = format!(
            r#""ItemReader": {{"Resource": "arn:aws:states:::s3:{action}", {parameters}, "ReaderConfig": {{{config}}}}},"#
        );
        map(&reader).reader.unwrap().source
    }

    #[test]
    fn readers_name_what_they_read() {
        let csv = |delimiter, headers: Option<&[&str]>| Format::Csv {
            delimiter,
            headers: headers.map(|headers| headers.iter().map(|&header| header.to_owned()).collect()),
        };
        let first_row = r#""InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW""#;
        let given =
            r#""InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"], "CSVDelimiter": "TAB""#;
        let pointer = r#""InputType": "JSON", "ItemsPointer": "/a""#;
        let flatten = r#""Transformation": "LOAD_AND_FLATTEN", "InputType": "JSONL""#;
        let athena = r#""InputType": "PARQUET", "ManifestType": "ATHENA_DATA""#;
        for (action, config, expected) in [
            (
                "getObject",
                r#""InputType": "JSON""#,
                Items::Object(Format::Json(None)),
            ),
            (
                "getObject",
                pointer,
                Items::Object(Format::Json(Some("/a".to_owned()))),
            ),
            (
                "getObject",
                r#""InputType": "JSONL""#,
                Items::Object(Format::JsonLines),
            ),
            ("getObject", first_row, Items::Object(csv(b',', None))),
            ("getObject", given, Items::Object(csv(b'\t', Some(&["x"])))),
            ("listObjectsV2", "", Items::Listing),
            ("listObjectsV2", flatten, Items::ListedObjects(Format::JsonLines)),
            ("getObject", r#""InputType": "MANIFEST""#, Items::Inventory),
            ("getObject", r#""ManifestType": "S3_INVENTORY""#, Items::Inventory),
            ("getObject", athena, Items::AthenaData(Format::Parquet)),
        ] {
            assert_eq!(items(action, config), expected, "{action} {config}");
        }
    }

    #[test]
    fn results_have_a_form_even_where_none_is_said() {
        let writer = |fields: &str| map(&format!(r#""ResultWriter": {{{fields}}},"#)).writer.unwrap();
        let target = r#""Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}"#;
        let config = |config: &str| format!(r#""WriterConfig": {{"OutputType": "JSONL"{config}}}"#);
        let exported = writer(target);
        assert!(exported.export.is_some() && !exported.json_lines);
        assert_eq!(exported.transformation, Transformation::None);
        let kept = writer(&config(""));
        assert!(kept.export.is_none() && kept.json_lines);
        assert_eq!(kept.transformation, Transformation::Compact);
        let both = writer(&format!(
            "{target}, {}",
            config(r#", "Transformation": "FLATTEN""#)
        ));
        assert_eq!(both.transformation, Transformation::Flatten);
    }

    #[test]
    fn limits_are_literals_or_paths() {
        let map =
            map(r#""ToleratedFailureCountPath": "$.n", "ToleratedFailurePercentage": 2, "Label": "L","#);
        assert!(matches!(map.tolerated_count, Some(Limit::Path(path)) if path.text == "$.n"));
        assert!(matches!(map.tolerated_percentage, Some(Limit::Literal(2.0))));
        assert_eq!(map.label.as_deref(), Some("L"));
        assert!(map.express);
    }
}
