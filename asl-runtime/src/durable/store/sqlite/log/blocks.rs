//! Writing whole blocks, past the system's cache where that is to be had.
//!
//! What goes through the cache is copied there, found again by the sync and written from there, all on the thread that waits
//! for the disk. Nobody reads the log before the next start, so nothing is lost without.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Bytes of a block: where something begins that is written past the cache, in the file and in memory. Disks have smaller ones
/// or these.
pub const BLOCK: usize = 4096;

/// Bytes that are written at once.
const MOST: usize = 256 * BLOCK;

/// How a file of the log is opened to write to it.
pub fn options() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    options
}

/// Opens a file to write to it; past the cache, if the second is true.
pub fn open_to_write(path: &Path) -> io::Result<(File, bool)> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Not every file system has it.
        if let Ok(file) = options().custom_flags(libc::O_DIRECT).open(path) {
            return Ok((file, true));
        }
    }
    Ok((options().open(path)?, false))
}

/// Memory in which blocks are put together.
#[derive(Default)]
pub struct Blocks(Vec<u8>);

impl Blocks {
    /// Writes bytes, and zeroes up to the end of the last block. Gives how many that is.
    pub fn write(&mut self, mut parts: [&[u8]; 2], file: &mut File) -> io::Result<u64> {
        let mut written = 0;
        while let length @ 1.. = parts.iter().map(|part| part.len()).sum::<usize>() {
            let blocks = self.take(length.min(MOST));
            let mut rest = &mut *blocks;
            for part in &mut parts {
                let (now, later) = part.split_at(part.len().min(rest.len()));
                let (place, after) = rest.split_at_mut(now.len());
                place.copy_from_slice(now);
                (*part, rest) = (later, after);
            }
            rest.fill(0);
            file.write_all(blocks)?;
            written += blocks.len() as u64;
        }
        Ok(written)
    }

    /// Writes so many bytes, which are blocks.
    pub fn write_zeroes(&mut self, mut bytes: u64, file: &mut File) -> io::Result<()> {
        while bytes > 0 {
            let blocks = self.take(usize::try_from(bytes).unwrap_or(MOST).min(MOST));
            blocks.fill(0);
            file.write_all(blocks)?;
            bytes = bytes.saturating_sub(blocks.len() as u64);
        }
        Ok(())
    }

    /// Blocks for so many bytes.
    fn take(&mut self, bytes: usize) -> &mut [u8] {
        let bytes = bytes.next_multiple_of(BLOCK);
        if self.0.len() < bytes + BLOCK {
            self.0.resize(bytes + BLOCK, 0);
        }
        // There is a multiple of a block among so many addresses.
        let start = self.0.as_ptr().align_offset(BLOCK) % BLOCK;
        &mut self.0[start..start + bytes]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_ends_with_its_block() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("blocks");
        let parts: [&[u8]; 2] = [&[1; 20], &vec![2; 2 * MOST]];
        for direct in [true, false] {
            File::create(&path).expect("it can be made");
            let (mut file, is_direct) = open_to_write(&path).expect("it can be opened");
            if !direct {
                file = options().open(&path).expect("it can be opened");
            }
            let mut blocks = Blocks::default();
            let first = blocks.write([&[7], &[]], &mut file).expect("there is room");
            let second = blocks.write(parts, &mut file).expect("there is room");
            blocks
                .write_zeroes(MOST as u64 + 4096, &mut file)
                .expect("there is room");
            assert_eq!((first, second), (4096, 2 * MOST as u64 + 4096), "{is_direct}");
            let mut expected = vec![7];
            expected.resize(4096, 0);
            expected.extend(parts.concat());
            expected.resize(2 * 4096 + 2 * MOST + MOST + 4096, 0);
            assert!(std::fs::read(&path).expect("it is there") == expected);
        }
    }
}
