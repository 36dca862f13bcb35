//! Objects in local folders.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Body, Future, ObjectEntry, ObjectError, ObjectStore, too_short};
use crate::Timestamp;

/// Objects in local folders: a bucket is a folder in a base folder, an object a file in it. A bucket that does not
/// exist is not made.
///
/// Needs a tokio runtime: files are read and written on its threads for blocking work.
#[derive(Debug, Clone)]
pub struct FolderObjects(PathBuf);

impl FolderObjects {
    /// Buckets in the folder `base`.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self(base.into())
    }

    fn bucket(&self, bucket: &str) -> Result<PathBuf, ObjectError> {
        let path = within(&self.0, bucket)?;
        if path.is_dir() {
            Ok(path)
        } else {
            Err(ObjectError::NoSuchBucket(bucket.to_owned()))
        }
    }

    /// Opens the file of an object, and works with it where that may take its time.
    async fn with_file<T: Send + 'static>(
        &self,
        bucket: &str,
        key: &str,
        work: impl FnOnce(File) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ObjectError> {
        let (store, bucket, key) = (self.clone(), bucket.to_owned(), key.to_owned());
        blocking(move || {
            let path = within(&store.bucket(&bucket)?, &key)?;
            match File::open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Err(ObjectError::NoSuchKey { bucket, key })
                }
                file => file.and_then(work).map_err(failed),
            }
        })
        .await
    }
}

impl ObjectStore for FolderObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        Box::pin(async move {
            let file = self.with_file(bucket, key, Ok).await?;
            let body: Box<dyn Body> = Box::new(Content(Some(file)));
            Ok(body)
        })
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        let (store, bucket, key) = (self.clone(), bucket.to_owned(), key.to_owned());
        Box::pin(blocking(move || {
            let path = within(&store.bucket(&bucket)?, &key)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::write(path, content).map_err(failed)
        }))
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Vec<ObjectEntry>> {
        const PAGE: usize = 1_000;
        let (store, bucket, prefix) = (self.clone(), bucket.to_owned(), prefix.to_owned());
        let after = after.map(str::to_owned);
        Box::pin(blocking(move || {
            let bucket = store.bucket(&bucket)?;
            let mut keys = Vec::new();
            files(&bucket, "", &mut keys).map_err(failed)?;
            keys.retain(|key| key.starts_with(&prefix) && after.as_ref().is_none_or(|after| key > after));
            keys.sort_unstable();
            keys.truncate(PAGE);
            keys.into_iter()
                .map(|key| entry(&bucket, key).map_err(failed))
                .collect()
        }))
    }

    fn size<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, u64> {
        Box::pin(self.with_file(bucket, key, |file| Ok(file.metadata()?.len())))
    }

    fn part<'a>(&'a self, bucket: &'a str, key: &'a str, start: u64, length: u64) -> Future<'a, Vec<u8>> {
        Box::pin(async move {
            let read = move |mut file: File| {
                let mut part = Vec::new();
                file.seek(SeekFrom::Start(start))?;
                file.take(length).read_to_end(&mut part)?;
                Ok(part)
            };
            let part = self.with_file(bucket, key, read).await?;
            if (part.len() as u64) < length {
                return Err(too_short());
            }
            Ok(part)
        })
    }
}

struct Content(Option<File>);

impl Body for Content {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        const CHUNK: u64 = 1 << 20;
        Box::pin(async move {
            let Some(file) = self.0.take() else {
                return Ok(None);
            };
            let read = move || {
                let mut chunk = Vec::new();
                (&file).take(CHUNK).read_to_end(&mut chunk).map_err(failed)?;
                Ok((file, chunk))
            };
            let (file, chunk) = blocking(read).await?;
            if chunk.is_empty() {
                return Ok(None);
            }
            self.0 = Some(file);
            Ok(Some(chunk))
        })
    }
}

/// The path of `name` in `base`, unless that would lead out of it.
fn within(base: &Path, name: &str) -> Result<PathBuf, ObjectError> {
    let path = Path::new(name);
    if name.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(ObjectError::Other(format!(
            "{name:?} cannot be the name of a file"
        )));
    }
    Ok(base.join(path))
}

/// All files in a folder, with their paths in it, parted by slashes.
fn files(folder: &Path, prefix: &str, keys: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // What is no Unicode cannot be a key.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if entry.file_type()?.is_dir() {
            files(&entry.path(), &format!("{prefix}{name}/"), keys)?;
        } else {
            keys.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

fn entry(bucket: &Path, key: String) -> io::Result<ObjectEntry> {
    let metadata = fs::metadata(bucket.join(&key))?;
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    let nanoseconds = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Ok(ObjectEntry {
        size: metadata.len(),
        last_modified: Timestamp::from(modified),
        etag: format!("{:x}-{:x}", metadata.len(), nanoseconds.as_nanos()),
        key,
    })
}

fn failed(error: io::Error) -> ObjectError {
    ObjectError::Other(error.to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ObjectError> + Send + 'static,
) -> Result<T, ObjectError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(ObjectError::Other(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_within_their_bucket() {
        let base = Path::new("base");
        assert_eq!(within(base, "a/b c"), Ok(base.join("a/b c")));
        for name in ["", "..", "a/../../b", "/etc/passwd", "./../x"] {
            assert!(within(base, name).is_err(), "{name}");
        }
    }
}
