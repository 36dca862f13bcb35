//! Reading an object byte by byte, or line by line, whatever chunks it comes in.

use super::{Body, ObjectError};

/// Largest item, as the service has it.
const LARGEST_ITEM: usize = 8 << 20;

/// A place in an object.
pub(super) struct Cursor {
    body: Box<dyn Body>,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Cursor {
    /// Begins at the object's beginning, after a byte order mark.
    pub async fn open(mut body: Box<dyn Body>) -> Result<Self, ObjectError> {
        let chunk = beginning(&mut *body).await?;
        let mut cursor = Self {
            body,
            chunk,
            at: 0,
            ended: false,
        };
        let mark = "\u{feff}".as_bytes();
        if cursor.rest().await?.starts_with(mark) {
            cursor.skip(mark.len());
        }
        Ok(cursor)
    }

    /// The bytes at hand; none only at the end.
    pub async fn rest(&mut self) -> Result<&[u8], ObjectError> {
        while self.at >= self.chunk.len() && !self.ended {
            self.at = 0;
            match self.body.chunk().await? {
                Some(chunk) => self.chunk = chunk,
                None => {
                    self.chunk = Vec::new();
                    self.ended = true;
                }
            }
        }
        Ok(&self.chunk[self.at..])
    }

    /// Goes on by so many of the bytes at hand.
    pub fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The next byte, which stays the next.
    pub async fn peek(&mut self) -> Result<Option<u8>, ObjectError> {
        if let Some(byte) = self.chunk.get(self.at) {
            return Ok(Some(*byte));
        }
        Ok(self.rest().await?.first().copied())
    }

    /// The next line without its end, or `None` at the end.
    pub async fn line(&mut self) -> Result<Option<Vec<u8>>, ObjectError> {
        let mut line = Vec::new();
        if self.peek().await?.is_none() {
            return Ok(None);
        }
        loop {
            let rest = self.rest().await?;
            if rest.is_empty() {
                break;
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            line.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            let taken = end.map_or(rest.len(), |end| end + 1);
            self.skip(taken);
            limit(line.len())?;
            if end.is_some() {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(line))
    }
}

/// The first bytes of an object: enough to tell what it is, if it has that many.
pub(super) async fn beginning(body: &mut dyn Body) -> Result<Vec<u8>, ObjectError> {
    const ENOUGH: usize = 4;
    let mut beginning = Vec::new();
    while beginning.len() < ENOUGH
        && let Some(chunk) = body.chunk().await?
    {
        beginning.extend(chunk);
    }
    Ok(beginning)
}

/// Refuses items that are too large, so that they cannot fill the memory.
pub(super) fn limit(bytes: usize) -> Result<(), ObjectError> {
    if bytes <= LARGEST_ITEM {
        return Ok(());
    }
    Err(ObjectError::Other(format!(
        "An item is larger than the limit of {LARGEST_ITEM} bytes."
    )))
}
