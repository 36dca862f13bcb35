//! Objects packed with Zstandard.

use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::{Body, Future, ObjectError};

/// Unpacks an object as it is read.
pub(super) struct Unzstd {
    body: Box<dyn Body>,
    packed: Vec<u8>,
    /// How much of it is unpacked.
    at: usize,
    decoder: Decoder<'static>,
    /// Whether a frame has begun that has not ended.
    in_frame: bool,
}

impl Unzstd {
    pub fn new(body: Box<dyn Body>) -> Result<Self, ObjectError> {
        Ok(Self {
            body,
            packed: Vec::new(),
            at: 0,
            decoder: Decoder::new().map_err(failed)?,
            in_frame: false,
        })
    }

    /// Unpacks what is at hand, up to so many bytes.
    fn unpack(&mut self, limit: usize) -> Result<Vec<u8>, ObjectError> {
        let mut unpacked = vec![0; limit];
        let mut input = InBuffer::around(&self.packed[self.at..]);
        let mut output = OutBuffer::around(&mut unpacked[..]);
        let more = self.decoder.run(&mut input, &mut output).map_err(failed)?;
        self.in_frame = more > 0;
        self.at += input.pos();
        let length = output.pos();
        unpacked.truncate(length);
        Ok(unpacked)
    }
}

impl Body for Unzstd {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        const AT_ONCE: usize = 128 << 10;
        Box::pin(async move {
            loop {
                // Within a frame there may be more to come without anything more going in.
                if self.at < self.packed.len() || self.in_frame {
                    let unpacked = self.unpack(AT_ONCE)?;
                    if !unpacked.is_empty() {
                        return Ok(Some(unpacked));
                    }
                    if self.at < self.packed.len() {
                        continue;
                    }
                }
                match self.body.chunk().await? {
                    Some(packed) => (self.packed, self.at) = (packed, 0),
                    None if self.in_frame => {
                        return Err(ObjectError::Other("ZSTD: it ends too early".to_owned()));
                    }
                    None => return Ok(None),
                }
            }
        })
    }
}

fn failed(error: std::io::Error) -> ObjectError {
    ObjectError::Other(format!("ZSTD: {error}"))
}
