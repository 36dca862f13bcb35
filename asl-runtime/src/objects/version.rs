//! A version of an object in the place of its last one.

use super::{Body, Future, ObjectEntry, ObjectStore};

/// A store in which all objects are of one version: what one object is read from.
#[derive(Debug)]
pub(super) struct Version<'s> {
    pub store: &'s dyn ObjectStore,
    pub version: &'s str,
}

impl ObjectStore for Version<'_> {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        self.store.get_version(bucket, key, self.version)
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        self.store.put(bucket, key, content)
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Vec<ObjectEntry>> {
        self.store.list(bucket, prefix, after)
    }

    /// A listing would tell that of the last version: this one is read through.
    fn size<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, u64> {
        Box::pin(async move {
            let mut body = self.get(bucket, key).await?;
            let mut size = 0;
            while let Some(chunk) = body.chunk().await? {
                size += chunk.len() as u64;
            }
            Ok(size)
        })
    }
}
