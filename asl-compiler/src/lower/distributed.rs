//! Distributed Map states.

use super::Lowering;
use crate::{
    ir::{self, Json, Limit},
    syntax::block::{Block, State, Value},
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
                max_items: self.limit(batcher, "MaxItemsPerBatch", "MaxItemsPerBatchPath"),
                max_bytes: self.limit(batcher, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
                input: self.template_field(batcher, "BatchInput"),
            }),
            tolerated_count: self.limit(block, "ToleratedFailureCount", "ToleratedFailureCountPath"),
            tolerated_percentage: match block.path("ToleratedFailurePercentagePath") {
                Some(path) => Some(Limit::Path(self.path(path))),
                None => percentage(block).map(Limit::Literal),
            },
            writer: block.block("ResultWriter").map(|writer| self.writer(writer)),
        }))
    }

    fn reader(&mut self, reader: &Block<'_>) -> ir::Reader {
        let config = reader.block("ReaderConfig");
        let max_items = config.and_then(|config| self.limit(config, "MaxItems", "MaxItemsPath"));
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
            parameters: self.template_field(reader, "Parameters"),
            max_items,
        }
    }

    fn writer(&mut self, writer: &Block<'_>) -> ir::Writer {
        let config = writer.block("WriterConfig");
        let text = |field| config.and_then(|config: &Block<'_>| config.text(field));
        let export = writer
            .text("Resource")
            .and_then(|_| self.template_field(writer, "Parameters"));
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

    fn limit(&mut self, block: &Block<'_>, literal: &str, path: &str) -> Option<Limit<u32>> {
        match block.path(path) {
            Some(path) => Some(Limit::Path(self.path(path))),
            None => block.integer(literal).map(Limit::Literal),
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
