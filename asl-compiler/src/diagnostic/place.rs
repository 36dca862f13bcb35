//! Where a byte of the text is: line and column, and the place in the definition.

use crate::{ir::Place, json::Step};

/// Finds lines and columns by byte offset.
pub(crate) struct Places<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let starts = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Places {
            text,
            line_starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    pub(crate) fn of(&self, offset: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        Place { line, column }
    }
}

/// A place as the service writes it: `/States/A/Catch[0]/Next`, `/` for the whole definition.
pub(super) fn location(way: &[Step<'_>]) -> String {
    let mut location = String::new();
    for step in way {
        match step {
            Step::Key(key) => {
                location.push('/');
                location.push_str(key);
            }
            Step::Index(index) => location.push_str(&format!("[{index}]")),
        }
    }
    if location.is_empty() {
        "/".to_owned()
    } else {
        location
    }
}

/// The name of the innermost state around a place that is inside of a state.
pub(super) fn state<'j>(mut way: &[Step<'j>]) -> Option<&'j str> {
    let mut name = None;
    loop {
        way = match way {
            [Step::Key("States"), Step::Key(state), inner @ ..] if !inner.is_empty() => {
                name = Some(*state);
                inner
            }
            [Step::Key("ItemProcessor" | "Iterator"), inner @ ..] => inner,
            [Step::Key("Branches"), Step::Index(_), inner @ ..] => inner,
            _ => return name,
        };
    }
}
