//! Objects that distributed Map states read items from and write results to.
//!
//! A machine's buckets are an [`ObjectStore`]: [`FolderObjects`] (each bucket a folder), [`MemoryObjects`] for tests,
//! with the feature `object-store` `CloudObjects` over the crate `object_store` for S3 and others, or one of your own.
//!
//! Buckets have no owners here: an `ExpectedBucketOwner` is for the service, and whatever it is, it is taken to be right.

#[cfg(feature = "object-store")]
mod cloud;
mod cursor;
mod folder;
#[cfg(feature = "gzip")]
mod gzip;
mod memory;
mod reader;
mod version;
#[cfg(feature = "zstd")]
mod zstd;

use std::fmt;
use std::future::Future as StdFuture;
use std::pin::Pin;

use crate::Timestamp;

#[cfg(feature = "object-store")]
pub use cloud::CloudObjects;
pub use folder::FolderObjects;
pub use memory::MemoryObjects;
pub(crate) use reader::{Readers, read_all};
use version::Version;

/// A future in a box: what the functions of [`ObjectStore`] return.
pub type Future<'a, T> = Pin<Box<dyn StdFuture<Output = Result<T, ObjectError>> + Send + 'a>>;

/// Buckets with objects.
pub trait ObjectStore: fmt::Debug + Send + Sync {
    /// Opens an object to read it from its beginning.
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>>;

    /// Opens a version of an object: that of an `ItemReader`'s `VersionId`.
    ///
    /// Without an implementation it is an error: most stores have only the last version.
    fn get_version<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        version: &'a str,
    ) -> Future<'a, Box<dyn Body>> {
        let error = ObjectError::NoSuchVersion {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            version: version.to_owned(),
        };
        Box::pin(std::future::ready(Err(error)))
    }

    /// Writes an object as a whole.
    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()>;

    /// Lists objects whose keys begin with `prefix`, in order of their keys, from the first one greater than
    /// `after`. Gives some of them, and none only where there are no more.
    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Vec<ObjectEntry>>;

    /// Size of an object in bytes. Asked for before [`part`](Self::part)s of it are read.
    ///
    /// Without an implementation the object is looked up with [`list`](Self::list).
    fn size<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, u64> {
        Box::pin(async move {
            // The key itself comes before all others that begin with it.
            let found = self.list(bucket, key, None).await?.into_iter().next();
            match found.filter(|entry| entry.key == key) {
                Some(entry) => Ok(entry.size),
                None => Err(ObjectError::NoSuchKey {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                }),
            }
        })
    }

    /// Reads `length` bytes of an object, from the byte with the index `start` on. For formats that are not read from
    /// beginning to end, such as Parquet. It is an error where the object is shorter.
    ///
    /// Without an implementation the object is read from its beginning, and what comes before the part is let go.
    fn part<'a>(&'a self, bucket: &'a str, key: &'a str, start: u64, length: u64) -> Future<'a, Vec<u8>> {
        Box::pin(async move {
            let mut body = self.get(bucket, key).await?;
            let (mut before, mut part) = (start, Vec::new());
            while (part.len() as u64) < length {
                let chunk = body.chunk().await?.ok_or_else(too_short)?;
                let dropped = before.min(chunk.len() as u64);
                before -= dropped;
                // Both are at most the chunk's length.
                let rest = &chunk[dropped as usize..];
                let wanted = (length - part.len() as u64).min(rest.len() as u64);
                part.extend_from_slice(&rest[..wanted as usize]);
            }
            Ok(part)
        })
    }
}

/// An object being read.
pub trait Body: Send {
    /// The next bytes, at most a few megabytes; `None` at the end.
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>>;
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEntry {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was last written.
    pub last_modified: Timestamp,
    /// Entity tag, without quotes.
    pub etag: String,
}

/// Why an object could not be read or written: the cause of `States.ItemReaderFailed` and
/// `States.ResultWriterFailed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// There is no such bucket.
    #[error("The specified bucket does not exist: {0}")]
    NoSuchBucket(String),
    /// There is no such object.
    #[error("The specified key does not exist: {bucket}/{key}")]
    NoSuchKey {
        /// Bucket.
        bucket: String,
        /// Key.
        key: String,
    },
    /// There is no such version of the object.
    #[error("The specified version does not exist: {bucket}/{key}, version {version}")]
    NoSuchVersion {
        /// Bucket.
        bucket: String,
        /// Key.
        key: String,
        /// Version.
        version: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A part of an object was asked for that it does not have.
fn too_short() -> ObjectError {
    ObjectError::Other("The object is shorter than it was said to be.".to_owned())
}

#[cfg(test)]
mod tests;
