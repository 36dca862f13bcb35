//! Objects in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use md5::{Digest, Md5};

use super::{Body, Future, ObjectEntry, ObjectError, ObjectStore, too_short};
use crate::Timestamp;

/// Objects in memory, for tests. A clone has the same objects.
#[derive(Clone, Default)]
pub struct MemoryObjects {
    buckets: Arc<Mutex<Buckets>>,
    versions: Arc<Mutex<Versions>>,
}

type Buckets = BTreeMap<String, BTreeMap<String, Arc<[u8]>>>;

/// By bucket, key and version.
type Versions = BTreeMap<[String; 3], Arc<[u8]>>;

impl MemoryObjects {
    /// No buckets.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more bucket.
    #[must_use]
    pub fn bucket(self, bucket: impl Into<String>) -> Self {
        self.lock().entry(bucket.into()).or_default();
        self
    }

    /// The same with one more object; its bucket is made where there is none.
    #[must_use]
    pub fn object(
        self,
        bucket: impl Into<String>,
        key: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        self.lock()
            .entry(bucket.into())
            .or_default()
            .insert(key.into(), content.into().into());
        self
    }

    /// The same with one more version of an object, beside what the object is.
    #[must_use]
    pub fn version(
        self,
        bucket: impl Into<String>,
        key: impl Into<String>,
        version: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        let name = [bucket.into(), key.into(), version.into()];
        lock(&self.versions).insert(name, content.into().into());
        self
    }

    /// What is in an object.
    pub fn content(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        Some(self.lock().get(bucket)?.get(key)?.to_vec())
    }

    /// Keys of the objects in a bucket, in order.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let buckets = self.lock();
        let objects = buckets.get(bucket);
        objects.into_iter().flat_map(BTreeMap::keys).cloned().collect()
    }

    fn object_content(&self, bucket: &str, key: &str) -> Result<Arc<[u8]>, ObjectError> {
        let buckets = self.lock();
        let objects = buckets
            .get(bucket)
            .ok_or_else(|| ObjectError::NoSuchBucket(bucket.to_owned()))?;
        objects.get(key).cloned().ok_or_else(|| ObjectError::NoSuchKey {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        lock(&self.buckets)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ObjectStore for MemoryObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        Box::pin(ready(self.object_content(bucket, key).map(Content::open)))
    }

    fn get_version<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        version: &'a str,
    ) -> Future<'a, Box<dyn Body>> {
        let name = [bucket, key, version].map(str::to_owned);
        let found = lock(&self.versions).get(&name).cloned();
        let [bucket, key, version] = name;
        let missing = ObjectError::NoSuchVersion { bucket, key, version };
        Box::pin(ready(found.map(Content::open).ok_or(missing)))
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        Box::pin(async move {
            let mut buckets = self.lock();
            let objects = buckets
                .get_mut(bucket)
                .ok_or_else(|| ObjectError::NoSuchBucket(bucket.to_owned()))?;
            objects.insert(key.to_owned(), content.into());
            Ok(())
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
            let buckets = self.lock();
            let objects = buckets
                .get(bucket)
                .ok_or_else(|| ObjectError::NoSuchBucket(bucket.to_owned()))?;
            let from = match after {
                Some(after) if after >= prefix => Bound::Excluded(after),
                _ => Bound::Included(prefix),
            };
            let found = objects.range::<str, _>((from, Bound::Unbounded));
            let entry = |(key, content): (&String, &Arc<[u8]>)| ObjectEntry {
                key: key.clone(),
                size: content.len() as u64,
                last_modified: Timestamp::from_millis(0),
                etag: hexadecimal(&Md5::digest(content)),
            };
            Ok(found
                .take_while(|(key, _)| key.starts_with(prefix))
                .take(PAGE)
                .map(entry)
                .collect())
        })
    }

    fn size<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, u64> {
        Box::pin(async move { Ok(self.object_content(bucket, key)?.len() as u64) })
    }

    fn part<'a>(&'a self, bucket: &'a str, key: &'a str, start: u64, length: u64) -> Future<'a, Vec<u8>> {
        Box::pin(async move {
            let content = self.object_content(bucket, key)?;
            let end = start
                .checked_add(length)
                .and_then(|end| usize::try_from(end).ok());
            let part = usize::try_from(start).ok().zip(end);
            let part = part.and_then(|(start, end)| content.get(start..end));
            part.map(<[u8]>::to_vec).ok_or_else(too_short)
        })
    }
}

impl fmt::Debug for MemoryObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buckets = self.lock();
        let keys = buckets
            .iter()
            .map(|(name, objects)| (name, objects.keys().collect::<Vec<_>>()));
        f.debug_map().entries(keys).finish()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Content {
    content: Arc<[u8]>,
    at: usize,
}

impl Content {
    fn open(content: Arc<[u8]>) -> Box<dyn Body> {
        Box::new(Self { content, at: 0 })
    }
}

impl Body for Content {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        const CHUNK: usize = 64 << 10;
        let end = self.content.len().min(self.at + CHUNK);
        let chunk = &self.content[self.at..end];
        let chunk = (!chunk.is_empty()).then(|| chunk.to_vec());
        self.at = end;
        Box::pin(ready(Ok(chunk)))
    }
}
