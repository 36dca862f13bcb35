//! What the definition fixes about a distributed Map, as static data in the table of states.

use crate::machine::StateId;

/// A distributed Map state.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct DistributedMap {
    /// Start state of its processor.
    pub processor: StateId,
    /// Whether its children are Express executions.
    pub express: bool,
    /// `Label`.
    pub label: Option<&'static str>,
    /// `ItemReader`; without one the items are in the state's input.
    pub reader: Option<ItemReader>,
    /// Whether it has an `ItemBatcher`.
    pub batches: bool,
    /// `ResultWriter`.
    pub writer: Option<ResultWriter>,
}

/// What an `ItemReader` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemReader {
    /// The items in one object.
    Object(ItemFormat),
    /// The entries of a listing of objects.
    Listing,
    /// The items in all listed objects, one object after the other.
    ListedObjects(ItemFormat),
    /// The rows of an inventory that S3 wrote, found by its manifest.
    Inventory,
    /// The items in all objects that a manifest of Athena names.
    AthenaData(ItemFormat),
}

/// How items stand in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemFormat {
    /// An array, or an object whose members are the items.
    Json {
        /// `ItemsPointer`: where in the document that is.
        pointer: Option<&'static str>,
    },
    /// One JSON value a line.
    JsonLines,
    /// One row an item.
    Csv {
        /// What separates cells.
        delimiter: u8,
        /// `CSVHeaders`; without them they are the first row.
        headers: Option<&'static [&'static str]>,
    },
    /// Apache Parquet.
    Parquet,
}

/// How results are given, and whether they are written to objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultWriter {
    /// Whether they are written to objects, not given as the state's result.
    pub export: bool,
    /// What is given of each child.
    pub transformation: Transformation,
    /// Whether files have one JSON value a line, and not one array.
    pub json_lines: bool,
}

/// What is given of each child that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transformation {
    /// A record of the child execution, its output among it.
    None,
    /// Its output.
    Compact,
    /// Its output, or where that is an array each of its elements.
    Flatten,
}

/// Constructors for generated code: the structs are `non_exhaustive`, so that they can grow.
impl DistributedMap {
    /// A distributed Map of items in the state's input, with Standard executions.
    #[doc(hidden)]
    pub const fn new(processor: StateId) -> Self {
        Self {
            processor,
            express: false,
            label: None,
            reader: None,
            batches: false,
            writer: None,
        }
    }
    /// Sets `ExecutionType` to `EXPRESS`.
    #[doc(hidden)]
    pub const fn express(mut self) -> Self {
        self.express = true;
        self
    }
    /// Sets `Label`.
    #[doc(hidden)]
    pub const fn label(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }
    /// Sets `ItemReader`.
    #[doc(hidden)]
    pub const fn reader(mut self, reader: ItemReader) -> Self {
        self.reader = Some(reader);
        self
    }
    /// Says that there is an `ItemBatcher`.
    #[doc(hidden)]
    pub const fn batches(mut self) -> Self {
        self.batches = true;
        self
    }
    /// Sets `ResultWriter`.
    #[doc(hidden)]
    pub const fn writer(mut self, writer: ResultWriter) -> Self {
        self.writer = Some(writer);
        self
    }
}

impl ResultWriter {
    /// Writes results to objects.
    #[doc(hidden)]
    pub const fn export(transformation: Transformation) -> Self {
        Self {
            export: true,
            transformation,
            json_lines: false,
        }
    }
    /// Gives results as the state's result.
    #[doc(hidden)]
    pub const fn inline(transformation: Transformation) -> Self {
        Self {
            export: false,
            transformation,
            json_lines: false,
        }
    }
    /// Sets `OutputType` to `JSONL`.
    #[doc(hidden)]
    pub const fn json_lines(mut self) -> Self {
        self.json_lines = true;
        self
    }
}
