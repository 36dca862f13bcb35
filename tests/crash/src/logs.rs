//! Logs that survive a kill: one line at a time, synced.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Calls of tasks: `key execution state attempt`.
pub const CALLS: &str = "calls.log";
/// Tokens that tasks were called with.
pub const TOKENS: &str = "tokens.log";
/// Tokens whose answers were acknowledged.
pub const ANSWERED: &str = "answered.log";
/// Tokens that were refused, as they had been answered.
pub const REFUSED: &str = "refused.log";
/// Executions that failed and whose tasks are mended now, before they are redriven: `name redrive`.
pub const MENDED: &str = "mended.log";
/// Redrives that were acknowledged: `name redrive`.
pub const REDRIVEN: &str = "redriven.log";
/// Starts that were acknowledged.
pub const STARTED: &str = "started.log";

/// A log to write to.
#[derive(Clone)]
pub struct Log(Arc<Mutex<File>>);

impl Log {
    pub fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(folder.join(name))?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }

    /// Writes a line. It is durable when this returns: a kill loses nothing that was handed to the system.
    pub fn line(&self, line: &str) -> io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())
    }
}

/// The lines of a log; a last one that was cut off by a kill is left out.
pub fn lines(folder: &Path, name: &str) -> io::Result<Vec<String>> {
    let text = match fs::read_to_string(folder.join(name)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    Ok(whole.lines().map(str::to_owned).collect())
}
