//! What a distributed Map has beyond an inline one.

use super::{Expression, Template};
use crate::syntax::path::Path;

/// What a distributed Map has beyond an inline one.
#[derive(Debug, Clone)]
pub struct Distributed {
    /// `ExecutionType` is `EXPRESS`.
    pub express: bool,
    /// `Label`.
    pub label: Option<String>,
    /// `ItemReader`.
    pub reader: Option<Reader>,
    /// `ItemBatcher`.
    pub batcher: Option<Batcher>,
    /// `ToleratedFailureCount` or its path.
    pub tolerated_count: Option<Limit<u32>>,
    /// `ToleratedFailurePercentage` or its path.
    pub tolerated_percentage: Option<Limit<f64>>,
    /// `ResultWriter`.
    pub writer: Option<Writer>,
}

/// A literal number, or the path to one.
#[derive(Debug, Clone)]
pub enum Limit<T> {
    /// Literal.
    Literal(T),
    /// Path form of the field.
    Path(Path),
    /// An expression, in JSONata.
    Expression(Box<Expression>),
}

/// `ItemReader`.
#[derive(Debug, Clone)]
pub struct Reader {
    /// What is read.
    pub source: Source,
    /// `Parameters`, in JSONata `Arguments`.
    pub parameters: Option<Template>,
    /// `MaxItems` or its path.
    pub max_items: Option<Limit<u32>>,
}

/// What an `ItemReader` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The items in one object.
    Object(Format),
    /// The entries of a listing.
    Listing,
    /// The items in all objects of a listing.
    ListedObjects(Format),
    /// The rows of an inventory, found by its manifest.
    Inventory,
    /// The items in all objects that a manifest of Athena names.
    AthenaData(Format),
}

/// How items stand in an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// JSON, with `ItemsPointer`.
    Json(Option<String>),
    /// JSONL.
    JsonLines,
    /// CSV.
    Csv {
        /// `CSVDelimiter`.
        delimiter: u8,
        /// `CSVHeaders`; none where they are in the first row.
        headers: Option<Vec<String>>,
    },
    /// Parquet.
    Parquet,
}

/// `ItemBatcher`.
#[derive(Debug, Clone)]
pub struct Batcher {
    /// `MaxItemsPerBatch` or its path.
    pub max_items: Option<Limit<u32>>,
    /// `MaxInputBytesPerBatch` or its path.
    pub max_bytes: Option<Limit<u32>>,
    /// `BatchInput`.
    pub input: Option<Template>,
}

/// `ResultWriter`.
#[derive(Debug, Clone)]
pub struct Writer {
    /// `Parameters`, in JSONata `Arguments`, of the object to write, where there is one.
    pub export: Option<Template>,
    /// What is given of each child.
    pub transformation: Transformation,
    /// `OutputType` is `JSONL`.
    pub json_lines: bool,
}

/// `Transformation` of a `WriterConfig`, its default filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transformation {
    /// `NONE`
    None,
    /// `COMPACT`
    Compact,
    /// `FLATTEN`
    Flatten,
}
