//! CSV as the service reads it. A backslash escapes a backslash, a quote and the separator, in quotes and outside,
//! and is dropped before anything else; that is why this is not left to a library.

use super::row;
use crate::Value;
use crate::objects::ObjectError;
use crate::objects::cursor::{Cursor, limit};

/// The rows of a table.
pub(super) struct CsvItems {
    cursor: Cursor,
    delimiter: u8,
    headers: Vec<String>,
}

impl CsvItems {
    /// The headers are the first row.
    pub async fn first_row(mut cursor: Cursor, delimiter: u8) -> Result<Self, ObjectError> {
        let headers = next_row(&mut cursor, delimiter).await?.unwrap_or_default();
        check(&headers)?;
        Ok(Self {
            cursor,
            delimiter,
            headers,
        })
    }

    /// The headers are given.
    pub fn given(cursor: Cursor, delimiter: u8, headers: &[impl AsRef<str>]) -> Result<Self, ObjectError> {
        let headers: Vec<String> = headers.iter().map(|header| header.as_ref().to_owned()).collect();
        check(&headers)?;
        Ok(Self {
            cursor,
            delimiter,
            headers,
        })
    }

    pub async fn next(&mut self) -> Result<Option<Value>, ObjectError> {
        let cells = next_row(&mut self.cursor, self.delimiter).await?;
        Ok(cells.map(|cells| row(&self.headers, cells)))
    }
}

/// Longest headers in bytes, as the service has it.
const LONGEST_HEADERS: usize = 10 << 10;

fn check(headers: &[String]) -> Result<(), ObjectError> {
    if headers.iter().map(String::len).sum::<usize>() > LONGEST_HEADERS {
        return Err(ObjectError::Other(
            "CSV headers cannot be longer than 10 KiB.".to_owned(),
        ));
    }
    let mut sorted: Vec<&String> = headers.iter().collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ObjectError::Other(
            "CSV headers cannot contain duplicates.".to_owned(),
        ));
    }
    Ok(())
}

/// The cells of the next row that is not an empty line.
async fn next_row(cursor: &mut Cursor, delimiter: u8) -> Result<Option<Vec<String>>, ObjectError> {
    loop {
        let mut row = Row::new(delimiter);
        loop {
            let rest = cursor.rest().await?;
            if rest.is_empty() {
                break;
            }
            let end = rest.iter().position(|byte| row.add(*byte));
            let taken = end.map_or(rest.len(), |end| end + 1);
            cursor.skip(taken);
            limit(row.bytes)?;
            if end.is_some() {
                break;
            }
        }
        if !row.is_empty() {
            return row.into_cells().map(Some);
        }
        if cursor.peek().await?.is_none() {
            return Ok(None);
        }
    }
}

/// A row being read.
struct Row {
    delimiter: u8,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    state: State,
    /// A backslash stands before.
    escape: bool,
    bytes: usize,
}

#[derive(PartialEq)]
enum State {
    /// At the beginning of a cell.
    Start,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or the first of two.
    Quote,
}

impl Row {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            cells: Vec::new(),
            cell: Vec::new(),
            state: State::Start,
            escape: false,
            bytes: 0,
        }
    }

    /// Takes the next byte. Gives whether it ends the row.
    fn add(&mut self, byte: u8) -> bool {
        self.bytes += 1;
        if std::mem::take(&mut self.escape) && (byte == b'\\' || byte == b'"' || byte == self.delimiter) {
            self.cell.push(byte);
            return false;
        }
        match (&self.state, byte) {
            (_, b'\\') => {
                self.escape = true;
                if self.state != State::Quoted {
                    self.state = State::Plain;
                }
            }
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quoted, _) => self.cell.push(byte),
            (State::Quote, b'"') => {
                self.cell.push(byte);
                self.state = State::Quoted;
            }
            (State::Start, b'"') => self.state = State::Quoted,
            (_, b'\n') => return true,
            (_, byte) if byte == self.delimiter => {
                self.cells.push(std::mem::take(&mut self.cell));
                self.state = State::Start;
            }
            (_, byte) => {
                self.cell.push(byte);
                self.state = State::Plain;
            }
        }
        false
    }

    fn is_empty(&self) -> bool {
        let no_text = self.cell.is_empty() || self.cell == b"\r";
        self.cells.is_empty() && no_text && matches!(self.state, State::Start | State::Plain)
    }

    fn into_cells(mut self) -> Result<Vec<String>, ObjectError> {
        if self.state != State::Quoted && self.cell.last() == Some(&b'\r') {
            self.cell.pop();
        }
        self.cells.push(self.cell);
        self.cells
            .into_iter()
            .map(|cell| {
                String::from_utf8(cell).map_err(|_| ObjectError::Other("The CSV is not UTF-8.".to_owned()))
            })
            .collect()
    }
}
