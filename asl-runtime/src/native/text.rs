//! JSON text of Rust values.

use crate::value::push_quoted;

/// Adds the text of an object, member by member.
#[derive(Debug)]
pub struct Members<'t> {
    text: &'t mut String,
    /// What comes before the next member.
    before: char,
}

impl<'t> Members<'t> {
    /// An object without members so far.
    pub fn of(text: &'t mut String) -> Self {
        Self { text, before: '{' }
    }

    /// Begins a member, given its key as JSON text with a colon after it. The value is to be added to what this gives.
    #[inline]
    pub fn begin(&mut self, key: &str) -> &mut String {
        self.text.push(self.before);
        self.before = ',';
        self.text.push_str(key);
        self.text
    }

    /// Begins a member with any key.
    pub(super) fn begin_any(&mut self, key: &str) -> &mut String {
        let text = self.begin("");
        push_quoted(text, key);
        text.push(':');
        text
    }

    /// Ends the object.
    pub fn end(&mut self) {
        self.text.push_str(if self.before == '{' { "{}" } else { "}" });
    }
}
