//! The rows of a Parquet object, a row group at a time: the footer is read first, then of each group its columns.
//! So no more than one row group, as it is packed, is held.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::PageReader;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length, RowGroupReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::record::reader::{ReaderIter, RowIter, TreeBuilder};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::names::Object;
use crate::objects::cursor::limit;
use crate::objects::{ObjectError, ObjectStore};
use crate::{Object as Members, Timestamp, Value};

/// Largest footer, as the service has it.
const LARGEST_FOOTER: u64 = 5 << 20;

/// Largest row group, as the service has it.
const LARGEST_ROW_GROUP: u64 = 256 << 20;

/// What stands at the end of each file: the footer's length, and `PAR1`.
const TRAILER: u64 = 8;

/// The rows of a table.
pub(super) struct ParquetItems {
    object: Object,
    metadata: Arc<ParquetMetaData>,
    next_group: usize,
    rows: Option<Box<ReaderIter>>,
}

impl ParquetItems {
    pub async fn open(store: &dyn ObjectStore, object: Object) -> Result<Self, ObjectError> {
        let (bucket, key) = (&object.bucket, &object.key);
        let size = store.size(bucket, key).await?;
        let trailer_at = size
            .checked_sub(TRAILER)
            .ok_or_else(|| invalid("it is too short"))?;
        let trailer = store.part(bucket, key, trailer_at, TRAILER).await?;
        let Some((length, b"PAR1")) = trailer.split_first_chunk::<4>() else {
            return Err(invalid("it does not end as Parquet files do"));
        };
        let length = u64::from(u32::from_le_bytes(*length));
        if length > LARGEST_FOOTER {
            return Err(too_large("footer", LARGEST_FOOTER));
        }
        let footer_at = trailer_at
            .checked_sub(length)
            .ok_or_else(|| invalid("its footer is longer than itself"))?;
        let footer = store.part(bucket, key, footer_at, length).await?;
        let metadata = guarded(|| ParquetMetaDataReader::decode_metadata(&footer))?;
        Ok(Self {
            object,
            metadata: Arc::new(metadata),
            next_group: 0,
            rows: None,
        })
    }

    pub async fn next(&mut self, store: &dyn ObjectStore) -> Result<Option<Value>, ObjectError> {
        loop {
            if let Some(rows) = &mut self.rows {
                if let Some(row) = guarded(|| rows.next().transpose())? {
                    let item = guarded(|| Ok(item(&row)))?;
                    limit(item.measure().bytes)?;
                    return Ok(Some(item));
                }
                self.rows = None;
            }
            if self.next_group == self.metadata.num_row_groups() {
                return Ok(None);
            }
            self.rows = Some(Box::new(self.open_group(store).await?));
            self.next_group += 1;
        }
    }

    /// Reads the columns of the next row group.
    async fn open_group(&mut self, store: &dyn ObjectStore) -> Result<ReaderIter, ObjectError> {
        let metadata = self.metadata.row_group(self.next_group);
        let range = guarded(|| {
            let ranges = metadata.columns().iter().map(|column| column.byte_range());
            let range = ranges.fold(None, |range: Option<(u64, u64)>, (start, length)| {
                let (first, end) = range.unwrap_or((u64::MAX, 0));
                Some((first.min(start), end.max(start.saturating_add(length))))
            });
            Ok(range.unwrap_or_default())
        });
        let (start, end) = range?;
        if end - start > LARGEST_ROW_GROUP {
            return Err(too_large("row group", LARGEST_ROW_GROUP));
        }
        let Object { bucket, key } = &self.object;
        let bytes = store.part(bucket, key, start, end - start).await?;
        let part = Part {
            start,
            bytes: bytes.into(),
        };
        let group = Group {
            metadata,
            part: Arc::new(part),
        };
        guarded(|| TreeBuilder::new().as_iter(metadata.schema_descr_ptr(), &group))
    }
}

/// A row group with the bytes of its columns.
struct Group<'m> {
    metadata: &'m RowGroupMetaData,
    part: Arc<Part>,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, column: usize) -> ParquetResult<Box<dyn PageReader>> {
        let rows = usize::try_from(self.metadata.num_rows())?;
        let (part, column) = (Arc::clone(&self.part), self.metadata.column(column));
        Ok(Box::new(SerializedPageReader::new(part, column, rows, None)?))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<Type>) -> ParquetResult<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

/// A part of an object, where it stands in it.
struct Part {
    start: u64,
    bytes: Bytes,
}

impl Part {
    fn slice(&self, start: u64, length: Option<usize>) -> ParquetResult<Bytes> {
        let slice = || {
            let start = usize::try_from(start.checked_sub(self.start)?).ok()?;
            let end = match length {
                Some(length) => start.checked_add(length)?,
                None => self.bytes.len(),
            };
            let inside = start <= end && end <= self.bytes.len();
            inside.then(|| self.bytes.slice(start..end))
        };
        slice().ok_or_else(|| ParquetError::EOF("a column ends outside its row group".to_owned()))
    }
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Part {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(self.slice(start, None)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.slice(start, Some(length))
    }
}

fn item(row: &Row) -> Value {
    let mut members = Members::with_capacity(row.len());
    for (name, field) in row.get_column_iter() {
        members.insert(name.as_str(), value(field));
    }
    Value::Object(members)
}

/// JSON has numbers, strings and truth values; what is none of them becomes text.
fn value(field: &Field) -> Value {
    let text = |text: String| Value::from(text);
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::from(*value),
        Field::Byte(number) => Value::from(i64::from(*number)),
        Field::Short(number) => Value::from(i64::from(*number)),
        Field::Int(number) => Value::from(i64::from(*number)),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(i64::from(*number)),
        Field::UShort(number) => Value::from(i64::from(*number)),
        Field::UInt(number) => Value::from(i64::from(*number)),
        Field::ULong(number) => Value::from(*number),
        Field::Float16(number) => Value::from(number.to_f64()),
        // By way of its text, so that 0.1 stays 0.1.
        Field::Float(number) => number.to_string().parse::<f64>().map_or(Value::Null, Value::from),
        Field::Double(number) => Value::from(*number),
        Field::Str(value) => Value::from(value.as_str()),
        Field::Bytes(bytes) => text(STANDARD.encode(bytes.data())),
        Field::Decimal(_) => text(field.to_string().trim_end_matches('.').to_owned()),
        Field::Date(_) => text(field.to_string()),
        Field::TimeMillis(millis) => text(time_of_day(i64::from(*millis) * 1000)),
        Field::TimeMicros(micros) => text(time_of_day(*micros)),
        Field::TimestampMillis(millis) => text(Timestamp::from_millis(*millis).to_string()),
        Field::TimestampMicros(micros) => text(timestamp(*micros)),
        Field::Group(row) => item(row),
        Field::ListInternal(list) => Value::from(list.elements().iter().map(value).collect::<Vec<_>>()),
        Field::MapInternal(map) => {
            let mut members = Members::with_capacity(map.len());
            for (key, field) in map.entries() {
                let key = match value(key) {
                    Value::String(key) => key.to_string(),
                    other => other.to_string(),
                };
                members.insert(key, value(field));
            }
            Value::Object(members)
        }
    }
}

/// With milliseconds, or with microseconds where there are any.
fn timestamp(micros: i64) -> String {
    let text = Timestamp::from_millis(micros.div_euclid(1000)).to_string();
    match (micros.rem_euclid(1000), text.strip_suffix('Z')) {
        (1.., Some(millis)) => format!("{millis}{:03}Z", micros.rem_euclid(1000)),
        _ => text,
    }
}

fn time_of_day(micros: i64) -> String {
    let text = timestamp(micros);
    let time = text.split_once('T').map_or(text.as_str(), |(_, time)| time);
    time.trim_end_matches('Z').to_owned()
}

/// Calls into the crate `parquet`, which panics over some broken files.
fn guarded<T>(call: impl FnOnce() -> ParquetResult<T>) -> Result<T, ObjectError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(invalid(&error.to_string())),
        Err(panic) => Err(invalid(message(&*panic))),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it is broken")
}

fn invalid(what: &str) -> ObjectError {
    ObjectError::Other(format!("The Parquet cannot be read: {what}"))
}

fn too_large(what: &str, limit: u64) -> ObjectError {
    ObjectError::Other(format!(
        "A {what} of the Parquet is larger than the limit of {limit} bytes."
    ))
}

#[cfg(test)]
mod tests;
