//! What a Map Run is to be: from the fields of its state, as they were evaluated.

use std::sync::Arc;

use super::batch::Batcher;
use super::child::ItemSource;
use super::definition::{DistributedMap, ItemReader, ResultWriter, Transformation};
use super::input_items::InputItems;
use super::progress::{MapRun, Plan, Results, Source};
use super::results::{Collected, Files};
use super::settings::MapRunStep;
use super::summary::{MapRunCounts, MapRunStatus, MapRunSummary};
use crate::Value;
use crate::machine::context::Random;
use crate::machine::failure::names;
use crate::machine::{Execution, Failure, Seed};

/// Most items of a Map Run, as the service has it.
const MOST_ITEMS: u64 = 100_000_000;

impl Execution {
    /// The Map Run, and why it fails at once, if it does.
    pub(super) fn plan(
        &mut self,
        definition: &'static DistributedMap,
        name: &'static str,
        state: u16,
        items: Option<InputItems>,
        settings: MapRunStep,
    ) -> (MapRun, Option<Failure>) {
        let label = match definition.label {
            Some(label) => Arc::from(label),
            // The same in every execution of the machine, as a generated label is.
            None => {
                let seed = Seed([self.info.program.fingerprint, u64::from(state)]);
                Arc::from(Random::new(seed, 0).uuid())
            }
        };
        let uuid = match self.number {
            Some(number) => self.random.uuid_with(number),
            None => self.random.uuid(),
        };
        let (owner, machine) = (self.info.owner(), self.info.machine());
        let arn = format!("arn:aws:states:{owner}:mapRun:{machine}/{label}:{uuid}");
        let tolerance = settings.tolerance();
        let mut failure = None;
        let source = match definition.reader {
            Some(reader) => {
                let jsonata = self.state_info(state).jsonata;
                reader_source((reader, jsonata), &settings, &mut failure)
            }
            None => Source::Input(items.unwrap_or_else(|| InputItems::new(Value::Null))),
        };
        let writer = definition
            .writer
            .unwrap_or(ResultWriter::inline(Transformation::Compact));
        let results = if writer.export {
            match files(writer, settings.writer.as_ref(), &uuid) {
                Ok(files) => Results::Files(Box::new(files)),
                Err(problem) => {
                    failure = Some(problem);
                    inline_results(writer, self.payload_limit)
                }
            }
        } else {
            inline_results(writer, self.payload_limit)
        };
        let batcher = definition.batches.then(|| {
            Batcher::new(
                settings.max_items_per_batch,
                settings.max_input_bytes_per_batch,
                settings.batch_input,
                self.payload_limit,
            )
        });
        let plan = Plan {
            definition,
            info: Arc::clone(&self.info),
            label,
            summary: MapRunSummary {
                map_run_arn: Arc::from(arn),
                execution_arn: Arc::from(self.info.id()),
                state: name,
                status: MapRunStatus::Running,
                start_time: self.now,
                stop_time: None,
                max_concurrency: MapRunSummary::shown(settings.max_concurrency),
                tolerated_failure_count: tolerance.count.unwrap_or_default(),
                tolerated_failure_percentage: tolerance.percentage.unwrap_or_default(),
                items: MapRunCounts::default(),
                executions: MapRunCounts::default(),
                redrive_count: 0,
                redrive_time: None,
            },
            source,
            results,
            tolerance,
            max_concurrency: settings.max_concurrency,
            batcher,
            input_limit: self.payload_limit,
            redrivable: self.redrivable,
        };
        (MapRun::new(plan), failure)
    }
}

fn inline_results(writer: ResultWriter, limit: usize) -> Results {
    let flatten = writer.transformation == Transformation::Flatten;
    Results::Collected(writer.transformation, Collected::new(flatten, limit))
}

fn reader_source(
    (reader, jsonata): (ItemReader, bool),
    settings: &MapRunStep,
    failure: &mut Option<Failure>,
) -> Source {
    let parameter = |name: &str| {
        let value = settings
            .reader
            .as_ref()
            .and_then(|parameters| parameters.get(name));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let (bucket, key) = match reader {
        ItemReader::Listing | ItemReader::ListedObjects(_) => {
            (parameter("Bucket"), Some(parameter("Prefix").unwrap_or_default()))
        }
        ItemReader::Object(_) | ItemReader::Inventory | ItemReader::AthenaData(_) => {
            (parameter("Bucket"), parameter("Key"))
        }
    };
    if bucket.is_none() || key.is_none() {
        let field = if bucket.is_none() { "Bucket" } else { "Key" };
        *failure = Some(Failure::item_reader(format!(
            "The ItemReader's {field} must be a string."
        )));
    }
    let version = settings.reader.as_ref().and_then(|given| given.get("VersionId"));
    if version.is_some_and(|version| !version.is_string()) {
        *failure = Some(Failure::item_reader(
            "The ItemReader's VersionId must be a string.",
        ));
    }
    let max_items = settings.max_items.unwrap_or(0);
    if max_items < 0 {
        *failure = Some(Failure::item_reader("field MaxItems must be positive"));
    }
    Source::Reader {
        source: Arc::new(ItemSource {
            reader,
            bucket: bucket.unwrap_or_default(),
            key: key.unwrap_or_default(),
            version: parameter("VersionId"),
            jsonata,
        }),
        reader: None,
        reading: None,
        offset: 0,
        max_items: match u64::try_from(max_items) {
            Ok(0) | Err(_) => MOST_ITEMS,
            Ok(items) => items.min(MOST_ITEMS),
        },
        end: false,
    }
}

fn files(writer: ResultWriter, parameters: Option<&Value>, uuid: &str) -> Result<Files, Failure> {
    let parameter = |name: &str| {
        let value = parameters.and_then(|parameters| parameters.get(name));
        value.and_then(Value::as_str)
    };
    let bucket =
        parameter("Bucket").ok_or_else(|| writer_failed("The ResultWriter's Bucket must be a string."))?;
    let prefix = parameter("Prefix").unwrap_or_default().trim_end_matches('/');
    let folder = if prefix.is_empty() {
        format!("{uuid}/")
    } else {
        format!("{prefix}/{uuid}/")
    };
    Ok(Files::new(writer, bucket.to_owned(), folder))
}

pub(super) fn writer_failed(cause: impl Into<String>) -> Failure {
    Failure::given(Some(names::RESULT_WRITER_FAILED.to_owned()), Some(cause.into()))
}
