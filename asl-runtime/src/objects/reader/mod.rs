//! Reading the items of distributed Map states from objects, some at a time.

mod csv;
mod json;
mod names;
#[cfg(feature = "parquet")]
mod parquet;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::csv::CsvItems;
use self::json::JsonItems;
use self::names::{Listing, Names, Object};
use super::cursor::{Cursor, beginning};
use super::{Body, ObjectEntry, ObjectError, ObjectStore, Version};
use crate::machine::{ItemFormat, ItemReader, ItemSource, Items, ReadItem, ReadItems, Ticket};
use crate::value::object;
use crate::{Object as Members, Value};

/// Items that are read at once end with the one that makes them this large, in bytes of JSON.
const ENOUGH: usize = 1 << 20;

/// What an execution's Map Runs have open.
#[derive(Default, Clone)]
pub(crate) struct Readers(Arc<Mutex<HashMap<Ticket, Reader>>>);

impl Readers {
    /// Reads items, and keeps open what there is more to read from. The error is the cause to report.
    pub async fn read(&self, store: &dyn ObjectStore, read: &ReadItems) -> Result<Items, String> {
        let open = self.lock().remove(&read.reader);
        let result = async {
            let mut reader = match open {
                Some(reader) => reader,
                None => {
                    let mut reader = Reader::open(store, &read.source).await?;
                    for _ in 0..read.offset {
                        reader.next(store).await?;
                    }
                    reader
                }
            };
            let items = reader.some(store, read.limit).await?;
            Ok::<_, ObjectError>((reader, items))
        };
        let (reader, items) = result.await.map_err(|error| error.to_string())?;
        if !items.end {
            self.lock().insert(read.reader, reader);
        }
        Ok(items)
    }

    /// Closes what is open under a ticket.
    pub fn close(&self, ticket: Ticket) {
        self.lock().remove(&ticket);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Ticket, Reader>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All items of a source. The error is the cause to report.
pub(crate) async fn read_all(store: &dyn ObjectStore, source: &ItemSource) -> Result<Vec<ReadItem>, String> {
    let items = async {
        let mut reader = Reader::open(store, source).await?;
        let mut items = Vec::new();
        while let Some(item) = reader.next(store).await? {
            items.push(item);
        }
        Ok::<_, ObjectError>(items)
    };
    items.await.map_err(|error| error.to_string())
}

/// The items of one Map Run.
enum Reader {
    /// The entries of a listing.
    Listing {
        source: Arc<str>,
        listing: Listing,
        jsonata: bool,
    },
    /// The items in objects.
    Objects {
        names: Names,
        format: Format,
        /// Of the only object.
        version: Option<String>,
        current: Option<(Arc<str>, Contents)>,
    },
}

/// How items stand in objects, with headers that are known from elsewhere.
enum Format {
    Fixed(ItemFormat),
    Inventory(Arc<[String]>),
}

/// The items in one object.
enum Contents {
    Json(JsonItems),
    Lines(Cursor),
    Csv(CsvItems),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::ParquetItems>),
}

/// An item, with its key where it is the member of an object.
type Item = (Option<String>, Value);

impl Reader {
    async fn open(store: &dyn ObjectStore, source: &ItemSource) -> Result<Self, ObjectError> {
        let object = Object {
            bucket: source.bucket.clone(),
            key: source.key.clone(),
        };
        let versioned = source
            .version
            .as_deref()
            .map(|version| Version { store, version });
        // What the state names; what that names in turn is of its last version.
        let store = versioned
            .as_ref()
            .map_or(store, |store| store as &dyn ObjectStore);
        let mut version = None;
        let (names, format) = match source.reader {
            ItemReader::Listing => {
                return Ok(Self::Listing {
                    source: Arc::from(format!("S3://{}", source.bucket)),
                    listing: Listing::new(object.bucket, object.key),
                    jsonata: source.jsonata,
                });
            }
            ItemReader::Object(format) => {
                version.clone_from(&source.version);
                (Names::Given(VecDeque::from([object])), Format::Fixed(format))
            }
            ItemReader::ListedObjects(format) => (
                Names::Listed(Listing::new(object.bucket, object.key)),
                Format::Fixed(format),
            ),
            ItemReader::Inventory => {
                let (names, headers) = names::inventory(store, &object).await?;
                let format = match headers {
                    Some(headers) => Format::Inventory(headers),
                    None => Format::Fixed(ItemFormat::Parquet),
                };
                (names, format)
            }
            ItemReader::AthenaData(format) => (names::athena(store, &object).await?, Format::Fixed(format)),
        };
        Ok(Self::Objects {
            names,
            format,
            version,
            current: None,
        })
    }

    async fn some(&mut self, store: &dyn ObjectStore, limit: usize) -> Result<Items, ObjectError> {
        let mut items = Items::default();
        let mut bytes = 0;
        while items.items.len() < limit && bytes < ENOUGH {
            match self.next(store).await? {
                Some(item) => {
                    bytes += item.value.measure().bytes;
                    items.items.push(item);
                }
                None => {
                    items.end = true;
                    break;
                }
            }
        }
        Ok(items)
    }

    async fn next(&mut self, store: &dyn ObjectStore) -> Result<Option<ReadItem>, ObjectError> {
        match self {
            Self::Listing {
                source,
                listing,
                jsonata,
            } => Ok(listing.next(store).await?.map(|entry| ReadItem {
                value: listed(entry, *jsonata),
                key: None,
                source: Arc::clone(source),
            })),
            Self::Objects {
                names,
                format,
                version,
                current,
            } => loop {
                let versioned = version.as_deref().map(|version| Version { store, version });
                let object_store = versioned
                    .as_ref()
                    .map_or(store, |store| store as &dyn ObjectStore);
                if let Some((source, contents)) = current {
                    if let Some((key, value)) = contents.next(object_store).await? {
                        return Ok(Some(ReadItem {
                            value,
                            key,
                            source: Arc::clone(source),
                        }));
                    }
                    *current = None;
                }
                let Some(object) = names.next(store).await? else {
                    return Ok(None);
                };
                let source = Arc::from(format!("S3://{}/{}", object.bucket, object.key));
                *current = Some((source, Contents::open(object_store, object, format).await?));
            },
        }
    }
}

impl Contents {
    async fn open(store: &dyn ObjectStore, object: Object, format: &Format) -> Result<Self, ObjectError> {
        if matches!(format, Format::Fixed(ItemFormat::Parquet)) {
            #[cfg(feature = "parquet")]
            return Ok(Self::Parquet(Box::new(
                parquet::ParquetItems::open(store, object).await?,
            )));
            #[cfg(not(feature = "parquet"))]
            return Err(needs_feature("Parquet", "parquet"));
        }
        let cursor = open(store, &object).await?;
        Ok(match format {
            Format::Inventory(headers) => Self::Csv(CsvItems::given(cursor, b',', headers)?),
            Format::Fixed(ItemFormat::Json { pointer }) => {
                Self::Json(JsonItems::open(cursor, *pointer).await?)
            }
            Format::Fixed(ItemFormat::Csv {
                delimiter,
                headers: Some(headers),
            }) => Self::Csv(CsvItems::given(cursor, *delimiter, headers)?),
            Format::Fixed(ItemFormat::Csv {
                delimiter,
                headers: None,
            }) => Self::Csv(CsvItems::first_row(cursor, *delimiter).await?),
            Format::Fixed(ItemFormat::JsonLines | ItemFormat::Parquet) => Self::Lines(cursor),
        })
    }

    async fn next(&mut self, store: &dyn ObjectStore) -> Result<Option<Item>, ObjectError> {
        #[cfg(not(feature = "parquet"))]
        let _ = store;
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(items) => Ok(items.next(store).await?.map(|item| (None, item))),
            Self::Json(items) => items.next().await,
            Self::Csv(items) => Ok(items.next().await?.map(|item| (None, item))),
            Self::Lines(cursor) => {
                while let Some(line) = cursor.line().await? {
                    if !line.trim_ascii().is_empty() {
                        return Ok(Some((None, json::value(&line)?)));
                    }
                }
                Ok(None)
            }
        }
    }
}

/// Opens an object, unpacked where it is packed.
async fn open(store: &dyn ObjectStore, object: &Object) -> Result<Cursor, ObjectError> {
    const GZIP: &[u8] = &[0x1f, 0x8b];
    const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
    let mut body = store.get(&object.bucket, &object.key).await?;
    let first = beginning(&mut *body).await?;
    let (is_gzip, is_zstd) = (first.starts_with(GZIP), first.starts_with(ZSTD));
    let body: Box<dyn Body> = Box::new(Begun {
        first: Some(first).filter(|first| !first.is_empty()),
        body,
    });
    if is_zstd {
        #[cfg(feature = "zstd")]
        return Cursor::open(Box::new(super::zstd::Unzstd::new(body)?)).await;
        #[cfg(not(feature = "zstd"))]
        return Err(needs_feature("ZSTD", "zstd"));
    }
    if is_gzip {
        #[cfg(feature = "gzip")]
        return Cursor::open(Box::new(super::gzip::Gunzip::new(body))).await;
        #[cfg(not(feature = "gzip"))]
        return Err(needs_feature("GZIP", "gzip"));
    }
    Cursor::open(body).await
}

#[cfg(not(all(feature = "gzip", feature = "parquet", feature = "zstd")))]
fn needs_feature(format: &str, feature: &str) -> ObjectError {
    ObjectError::Other(format!(
        "{format} objects need the feature \"{feature}\" of asl-runtime."
    ))
}

/// An object whose first bytes have been looked at.
struct Begun {
    first: Option<Vec<u8>>,
    body: Box<dyn Body>,
}

impl Body for Begun {
    fn chunk(&mut self) -> super::Future<'_, Option<Vec<u8>>> {
        match self.first.take() {
            Some(first) => Box::pin(std::future::ready(Ok(Some(first)))),
            None => self.body.chunk(),
        }
    }
}

/// An entry of a listing as an item.
fn listed(entry: ObjectEntry, jsonata: bool) -> Value {
    // S3 keeps whole seconds; JSONPath states see them as a floating-point number.
    let seconds = entry.last_modified.as_millis().div_euclid(1000);
    let last_modified = if jsonata {
        Value::from(seconds)
    } else {
        Value::from(seconds as f64)
    };
    object([
        ("Etag", Value::from(format!("\"{}\"", entry.etag))),
        ("Key", Value::from(entry.key)),
        ("LastModified", last_modified),
        ("Size", Value::from(entry.size)),
        ("StorageClass", Value::from("STANDARD")),
    ])
}

/// A row of a table as an item: short rows are filled up, and surplus cells left out.
fn row(headers: &[String], cells: Vec<String>) -> Value {
    let mut members = Members::with_capacity(headers.len());
    let mut cells = cells.into_iter();
    for header in headers {
        let cell = cells.next().unwrap_or_default();
        members.insert(header.as_str(), Value::from(cell));
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests;
