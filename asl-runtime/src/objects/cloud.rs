//! Objects in the stores of the `object_store` crate.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta, ObjectStore as Store, ObjectStoreExt, PutPayload};

use super::{Body, Future, ObjectEntry, ObjectError, ObjectStore, too_short};
use crate::Timestamp;

/// Objects in S3 and other stores of the crate `object_store`, one store a bucket.
///
/// Listings need a store that lists in order of the keys, as those in the cloud do.
#[derive(Debug, Clone, Default)]
pub struct CloudObjects(BTreeMap<String, Arc<dyn Store>>);

impl CloudObjects {
    /// No buckets.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more bucket.
    #[must_use]
    pub fn bucket(mut self, bucket: impl Into<String>, store: Arc<dyn Store>) -> Self {
        self.0.insert(bucket.into(), store);
        self
    }

    async fn open(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Box<dyn Body>, ObjectError> {
        let options = GetOptions {
            version: version.map(str::to_owned),
            ..GetOptions::default()
        };
        let found = self.store(bucket)?.get_opts(&path(key)?, options).await;
        let found = found.map_err(|error| not_found(error, bucket, key))?;
        Ok(Box::new(Content(found.into_stream())))
    }

    fn store(&self, bucket: &str) -> Result<&Arc<dyn Store>, ObjectError> {
        let store = self.0.get(bucket);
        store.ok_or_else(|| ObjectError::NoSuchBucket(bucket.to_owned()))
    }
}

impl ObjectStore for CloudObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        Box::pin(self.open(bucket, key, None))
    }

    fn get_version<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        version: &'a str,
    ) -> Future<'a, Box<dyn Body>> {
        Box::pin(self.open(bucket, key, Some(version)))
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        Box::pin(async move {
            let payload = PutPayload::from(content);
            let put = self.store(bucket)?.put(&path(key)?, payload).await;
            put.map(drop).map_err(failed)
        })
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Vec<ObjectEntry>> {
        const PAGE: usize = 1_000;
        Box::pin(async move {
            let store = self.store(bucket)?;
            // These stores take prefixes of whole path segments only.
            let folder = prefix
                .rsplit_once('/')
                .map(|(folder, _)| path(folder))
                .transpose()?;
            let mut found = match after {
                Some(after) => store.list_with_offset(folder.as_ref(), &path(after)?),
                None => store.list(folder.as_ref()),
            };
            let mut entries = Vec::new();
            while let Some(object) = found.next().await {
                let entry = entry(object.map_err(failed)?);
                if entry.key.starts_with(prefix) {
                    entries.push(entry);
                }
                if entries.len() == PAGE {
                    break;
                }
            }
            Ok(entries)
        })
    }

    fn size<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, u64> {
        Box::pin(async move {
            let found = self.store(bucket)?.head(&path(key)?).await;
            Ok(found.map_err(|error| not_found(error, bucket, key))?.size)
        })
    }

    fn part<'a>(&'a self, bucket: &'a str, key: &'a str, start: u64, length: u64) -> Future<'a, Vec<u8>> {
        Box::pin(async move {
            if length == 0 {
                return Ok(Vec::new());
            }
            let range = start..start.saturating_add(length);
            let part = self.store(bucket)?.get_range(&path(key)?, range).await;
            let part = part.map_err(|error| not_found(error, bucket, key))?;
            // Stores give less where the object ends.
            if (part.len() as u64) < length {
                return Err(too_short());
            }
            Ok(part.into())
        })
    }
}

struct Content(futures_util::stream::BoxStream<'static, object_store::Result<bytes::Bytes>>);

impl Body for Content {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let chunk = self.0.next().await.transpose().map_err(failed)?;
            Ok(chunk.map(Vec::from))
        })
    }
}

fn path(key: &str) -> Result<Path, ObjectError> {
    Path::parse(key).map_err(|error| ObjectError::Other(error.to_string()))
}

fn entry(object: ObjectMeta) -> ObjectEntry {
    ObjectEntry {
        key: object.location.to_string(),
        size: object.size,
        last_modified: Timestamp::from_millis(object.last_modified.timestamp_millis()),
        etag: object.e_tag.unwrap_or_default().trim_matches('"').to_owned(),
    }
}

fn not_found(error: object_store::Error, bucket: &str, key: &str) -> ObjectError {
    match error {
        object_store::Error::NotFound { .. } => ObjectError::NoSuchKey {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        },
        other => failed(other),
    }
}

fn failed(error: object_store::Error) -> ObjectError {
    ObjectError::Other(error.to_string())
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[tokio::test]
    async fn objects_are_written_listed_and_read() {
        let objects = CloudObjects::new().bucket("b", Arc::new(InMemory::new()));
        for key in ["a/1", "a/10", "a/2", "c"] {
            objects.put("b", key, key.as_bytes().to_vec()).await.unwrap();
        }
        let keys = |entries: Vec<ObjectEntry>| entries.into_iter().map(|entry| entry.key).collect::<Vec<_>>();
        assert_eq!(
            keys(objects.list("b", "a/1", None).await.unwrap()),
            ["a/1", "a/10"]
        );
        assert_eq!(
            keys(objects.list("b", "a/", Some("a/1")).await.unwrap()),
            ["a/10", "a/2"]
        );
        let mut body = objects.get("b", "a/2").await.unwrap();
        assert_eq!(body.chunk().await.unwrap(), Some(b"a/2".to_vec()));
        assert_eq!(body.chunk().await.unwrap(), None);
        assert!(matches!(
            objects.get("b", "d").await,
            Err(ObjectError::NoSuchKey { .. })
        ));
        assert!(matches!(
            objects.get("x", "d").await,
            Err(ObjectError::NoSuchBucket(_))
        ));
    }
}
