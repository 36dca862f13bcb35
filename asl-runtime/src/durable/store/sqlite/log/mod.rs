//! What was written and is not yet in the tables: files beside the database, one batch after the other.
//!
//! There are two, of which one is written to. When that is long, or old, it goes on in the other one, and what the first has
//! is brought into the tables; then that is free. A file is written over from its beginning, and is not made shorter: to
//! sync one that does not grow is cheaper.
//!
//! A batch is its number, its length, a checksum (with the identity of the database, so that files left by another one are
//! not taken for its own) and its text. It begins where a block of the disk may begin, so that nothing that was written is
//! written again, and so that it can be written past the system's cache, where that is to be had (`blocks`). Each is durable before the next one is written. So one that is
//! torn is the last, and nobody was told that it is there.

mod blocks;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::super::{Batch, StoreError};
use blocks::{BLOCK, Blocks, open_to_write, options};

/// Bytes before the writes of a batch.
const HEADER: usize = 20;

/// Most bytes of a batch, as the tables have a limit, too.
const LONGEST: usize = 900_000_000;

/// By how much a file grows at least, and by how much at most beyond what is written: it grows by as much as it has.
const GROWTH: RangeInclusive<u64> = (64 << 10)..=(4 << 20);

/// A file that is longer is cut to this when it begins anew.
const LONG: u64 = 16 << 20;

/// The files.
pub struct Log {
    parts: [Part; 2],
    /// Which one is written to.
    current: usize,
    /// Number of the next batch.
    next: u64,
    identity: u64,
    blocks: Blocks,
}

struct Part {
    path: PathBuf,
    file: File,
    /// Past the cache of the system.
    is_direct: bool,
    /// Where the next batch is to be.
    end: u64,
    length: u64,
}

impl Log {
    /// Opens the files of a database whose tables have all batches up to a number, or makes them. Gives the batches that
    /// the tables do not have, in order.
    ///
    /// # Errors
    /// When they cannot be read, or not all is there that was written.
    pub fn open(database: &Path, identity: u64, settled: u64) -> Result<(Self, Vec<Batch>), StoreError> {
        let parts = [Part::open(database, 0)?, Part::open(database, 1)?];
        if parts.iter().any(|part| part.length == 0) {
            // That the files are there is to last, too. Not every system has folders as files.
            let folder = File::open(
                database
                    .parent()
                    .filter(|folder| *folder != "")
                    .unwrap_or(Path::new(".")),
            );
            let synced = folder.map_or(Ok(()), |folder| folder.sync_all());
            synced.map_err(|error| parts[0].failed(&error))?;
        }
        let mut found = Vec::new();
        for part in &parts {
            let bytes = fs::read(&part.path).map_err(|error| part.failed(&error))?;
            let batches = batches(&bytes, identity, settled);
            found.extend(batches.map_err(|text| part.damaged(text))?);
        }
        found.sort_unstable_by_key(|(number, _)| *number);
        found.retain(|(number, _)| *number > settled);
        let mut log = Self {
            parts,
            current: 0,
            next: settled + 1,
            identity,
            blocks: Blocks::default(),
        };
        let mut all = Vec::with_capacity(found.len());
        for (number, batch) in found {
            if number != log.next {
                let missing = format!("batch {} is missing", log.next);
                return Err(log.parts[0].damaged(&missing));
            }
            all.push(batch);
            log.next += 1;
        }
        Ok((log, all))
    }

    /// Adds a batch, which is durable then. Gives its length.
    ///
    /// # Errors
    /// When it could not be written. The next one takes its place.
    pub fn append(&mut self, batch: &Batch) -> Result<usize, StoreError> {
        self.write(self.current, batch)
    }

    /// Goes on in the other file, which the tables must have by now, with a batch of what is to stay, if there is any. Gives its
    /// length and the number of the batch before.
    ///
    /// # Errors
    /// When they could not be written. Then it does not go on there.
    pub fn turn(&mut self, batch: &Batch) -> Result<(usize, u64), StoreError> {
        let last = self.next - 1;
        let other = 1 - self.current;
        self.parts[other].begin_anew();
        let length = if batch.is_empty() {
            0
        } else {
            self.write(other, batch)?
        };
        self.current = other;
        Ok((length, last))
    }

    fn write(&mut self, part: usize, batch: &Batch) -> Result<usize, StoreError> {
        let content = batch.as_str().as_bytes();
        if content.len() > LONGEST {
            let text = format!("{} bytes are too many at once", content.len());
            return Err(StoreError::Failed(text));
        }
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&self.next.to_le_bytes());
        header[8..16].copy_from_slice(&(content.len() as u64).to_le_bytes());
        header[16..].copy_from_slice(&checksum(self.identity, self.next, content).to_le_bytes());
        let part = &mut self.parts[part];
        part.append([&header, content], &mut self.blocks)
            .map_err(|error| part.failed(&error))?;
        self.next += 1;
        Ok(HEADER + content.len())
    }
}

impl Part {
    fn open(database: &Path, number: u8) -> Result<Self, StoreError> {
        let mut path = database.as_os_str().to_owned();
        path.push(format!("-log{number}"));
        let path = PathBuf::from(path);
        let opened = options()
            .create(true)
            .truncate(false)
            .open(&path)
            .and_then(|file| file.metadata())
            .and_then(|metadata| Ok((metadata.len(), open_to_write(&path)?)));
        let (length, (file, is_direct)) = opened.map_err(|error| failed(&path, &error))?;
        Ok(Self {
            path,
            file,
            is_direct,
            end: 0,
            length,
        })
    }

    fn begin_anew(&mut self) {
        self.end = 0;
        // If that fails, it has more room than it needs.
        if self.length > LONG && self.file.set_len(LONG).is_ok() {
            self.length = LONG;
        }
    }

    fn append(&mut self, batch: [&[u8]; 2], blocks: &mut Blocks) -> io::Result<()> {
        let result = self.append_as_it_is_open(batch, blocks);
        match result {
            // There are file systems that tell only now.
            Err(error) if self.is_direct && error.kind() == ErrorKind::InvalidInput => {
                (self.file, self.is_direct) = (options().open(&self.path)?, false);
                self.append_as_it_is_open(batch, blocks)
            }
            result => result,
        }
    }

    fn append_as_it_is_open(&mut self, batch: [&[u8]; 2], blocks: &mut Blocks) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        let end = self.end + blocks.write(batch, &mut self.file)?;
        if end > self.length {
            self.length = end;
            // Room for the next ones. There is no need for it, nor is it told when there is none.
            let more = end.clamp(*GROWTH.start(), *GROWTH.end());
            if blocks.write_zeroes(more, &mut self.file).is_ok() {
                self.length += more;
            }
        }
        self.file.sync_data()?;
        self.end = end;
        Ok(())
    }

    fn failed(&self, error: &io::Error) -> StoreError {
        failed(&self.path, error)
    }

    fn damaged(&self, text: &str) -> StoreError {
        StoreError::Damaged(format!("{}: {text}", self.path.display()))
    }
}

fn failed(path: &Path, error: &io::Error) -> StoreError {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreError::Full(text),
        _ => StoreError::Failed(text),
    }
}

fn checksum(identity: u64, number: u64, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&identity.to_le_bytes());
    hasher.update(&number.to_le_bytes());
    hasher.update(content);
    hasher.finalize()
}

/// A batch with its number.
type Numbered = (u64, Batch);

/// The batches at the beginning of a file that follow each other.
fn batches(mut bytes: &[u8], identity: u64, settled: u64) -> Result<Vec<Numbered>, &'static str> {
    const CHANGED: &str = "the log has been changed";
    let mut found: Vec<Numbered> = Vec::new();
    while let Some(raw) = Raw::first(bytes) {
        if !raw.is_whole(identity) {
            // Nothing is written behind one that is torn.
            let next = Raw::first(raw.rest).filter(|next| {
                raw.number.checked_add(1) == Some(next.number)
                    && next.number > settled
                    && next.is_whole(identity)
            });
            return if next.is_some() { Err(CHANGED) } else { Ok(found) };
        }
        if found.last().is_some_and(|(last, _)| last + 1 != raw.number) {
            // What follows is from earlier.
            break;
        }
        let batch = if raw.number > settled {
            let text = String::from_utf8(raw.content.to_vec());
            text.ok().and_then(Batch::read).ok_or(CHANGED)?
        } else {
            // The tables have it.
            Batch::default()
        };
        found.push((raw.number, batch));
        bytes = raw.rest;
    }
    Ok(found)
}

/// What may be a batch.
struct Raw<'b> {
    number: u64,
    content: &'b [u8],
    checksum: u32,
    rest: &'b [u8],
}

impl<'b> Raw<'b> {
    fn first(all: &'b [u8]) -> Option<Self> {
        let (number, bytes) = all.split_first_chunk()?;
        let (length, bytes) = bytes.split_first_chunk()?;
        let (checksum, bytes) = bytes.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let content = bytes.get(..length)?;
        let next = length.checked_add(HEADER)?.checked_next_multiple_of(BLOCK)?;
        let rest = all.get(next..).unwrap_or_default();
        Some(Self {
            number: u64::from_le_bytes(*number),
            content,
            checksum: u32::from_le_bytes(*checksum),
            rest,
        })
    }

    fn is_whole(&self, identity: u64) -> bool {
        checksum(identity, self.number, self.content) == self.checksum
    }
}
