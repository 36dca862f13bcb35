//! Objects packed with GZIP.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::{Body, Future, ObjectError};

/// Unpacks an object as it is read.
pub(super) struct Gunzip {
    body: Box<dyn Body>,
    packed: Vec<u8>,
    /// How much of it is unpacked.
    at: usize,
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
}

impl Gunzip {
    pub fn new(body: Box<dyn Body>) -> Self {
        Self {
            body,
            packed: Vec::new(),
            at: 0,
            decoder: Some(MultiGzDecoder::new(Vec::new())),
        }
    }
}

impl Body for Gunzip {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        /// Text can be a thousand times as long unpacked.
        const AT_ONCE: usize = 4 << 10;
        Box::pin(async move {
            let failed = |error: std::io::Error| ObjectError::Other(format!("GZIP: {error}"));
            while let Some(decoder) = &mut self.decoder {
                if self.at >= self.packed.len() {
                    match self.body.chunk().await? {
                        Some(packed) => (self.packed, self.at) = (packed, 0),
                        None => {
                            decoder.try_finish().map_err(failed)?;
                            let rest = std::mem::take(decoder.get_mut());
                            self.decoder = None;
                            return Ok((!rest.is_empty()).then_some(rest));
                        }
                    }
                }
                let end = self.packed.len().min(self.at + AT_ONCE);
                decoder.write_all(&self.packed[self.at..end]).map_err(failed)?;
                self.at = end;
                let unpacked = std::mem::take(decoder.get_mut());
                if !unpacked.is_empty() {
                    return Ok(Some(unpacked));
                }
            }
            Ok(None)
        })
    }
}
