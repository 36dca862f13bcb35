//! Which objects are read: one, those of a listing, or those that a manifest names.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{json, open};
use crate::Value;
use crate::objects::cursor::Cursor;
use crate::objects::{ObjectEntry, ObjectError, ObjectStore};

/// An object's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub bucket: String,
    pub key: String,
}

/// The names of the objects to read.
pub(super) enum Names {
    Given(VecDeque<Object>),
    Listed(Listing),
    /// One URI a line.
    Lines(Cursor),
}

impl Names {
    pub async fn next(&mut self, store: &dyn ObjectStore) -> Result<Option<Object>, ObjectError> {
        match self {
            Self::Given(names) => Ok(names.pop_front()),
            Self::Listed(listing) => loop {
                let Some(entry) = listing.next(store).await? else {
                    return Ok(None);
                };
                // The service's consoles make empty objects to stand for folders.
                if !entry.key.ends_with('/') {
                    return Ok(Some(Object {
                        bucket: listing.bucket.clone(),
                        key: entry.key,
                    }));
                }
            },
            Self::Lines(cursor) => {
                while let Some(line) = cursor.line().await? {
                    let line = String::from_utf8_lossy(&line);
                    let line = line.trim().trim_matches('"');
                    if !line.is_empty() {
                        return uri(line).map(Some);
                    }
                }
                Ok(None)
            }
        }
    }
}

/// A listing, page by page.
pub(super) struct Listing {
    bucket: String,
    prefix: String,
    page: VecDeque<ObjectEntry>,
    after: Option<String>,
    ended: bool,
}

impl Listing {
    pub fn new(bucket: String, prefix: String) -> Self {
        Self {
            bucket,
            prefix,
            page: VecDeque::new(),
            after: None,
            ended: false,
        }
    }

    pub async fn next(&mut self, store: &dyn ObjectStore) -> Result<Option<ObjectEntry>, ObjectError> {
        if self.page.is_empty() && !self.ended {
            let page = store
                .list(&self.bucket, &self.prefix, self.after.as_deref())
                .await?;
            self.ended = page.is_empty();
            self.after = page.last().map(|entry| entry.key.clone());
            self.page = page.into();
        }
        Ok(self.page.pop_front())
    }
}

/// The files of an [inventory](https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html), and
/// the headers that they have: none in Parquet, where each file has its own.
pub(super) async fn inventory(
    store: &dyn ObjectStore,
    manifest: &Object,
) -> Result<(Names, Option<Arc<[String]>>), ObjectError> {
    let mut text = Vec::new();
    let mut cursor = open(store, manifest).await?;
    loop {
        let rest = cursor.rest().await?;
        let length = rest.len();
        if length == 0 {
            break;
        }
        text.extend_from_slice(rest);
        cursor.skip(length);
        crate::objects::cursor::limit(text.len())?;
    }
    let parsed = json::value(&text)?;
    let field = |name: &str| parsed.get(name).and_then(Value::as_str);
    let invalid = |what: &str| ObjectError::Other(format!("The manifest has no valid {what}."));
    let bucket = field("destinationBucket").ok_or_else(|| invalid("destinationBucket"))?;
    let bucket = bucket.rsplit(':').next().unwrap_or(bucket);
    let format = field("fileFormat").unwrap_or("CSV");
    let headers = if format.eq_ignore_ascii_case("CSV") {
        let schema = field("fileSchema").ok_or_else(|| invalid("fileSchema"))?;
        Some(schema.split(',').map(|header| header.trim().to_owned()).collect())
    } else if format.eq_ignore_ascii_case("Parquet") {
        None
    } else {
        let message = format!("Inventories in the format {format} cannot be read by this runtime.");
        return Err(ObjectError::Other(message));
    };
    let files = parsed
        .get("files")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("files"))?;
    let object = |file: &Value| {
        let key = file
            .get("key")
            .and_then(Value::as_str)
            .ok_or_else(|| invalid("files"))?;
        Ok(Object {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    };
    let names = files.iter().map(object).collect::<Result<_, ObjectError>>()?;
    Ok((Names::Given(names), headers))
}

/// The files of an `UNLOAD` of Athena: its manifest has one URI a line.
pub(super) async fn athena(store: &dyn ObjectStore, manifest: &Object) -> Result<Names, ObjectError> {
    Ok(Names::Lines(open(store, manifest).await?))
}

fn uri(text: &str) -> Result<Object, ObjectError> {
    let path = text
        .get(..5)
        .filter(|scheme| scheme.eq_ignore_ascii_case("s3://"));
    let path = path.and_then(|_| text.get(5..));
    let (bucket, key) = path
        .and_then(|path| path.split_once('/'))
        .ok_or_else(|| ObjectError::Other(format!("The manifest has {text:?}, which is no S3 URI.")))?;
    Ok(Object {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
    })
}
