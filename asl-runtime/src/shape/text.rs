//! Text that is put together while constants are evaluated.

/// A text of limited length.
pub struct Text {
    bytes: [u8; Self::LIMIT],
    len: usize,
}

impl Text {
    const LIMIT: usize = 32 * 1024;

    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; Self::LIMIT],
            len: 0,
        }
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Only whole strings and single ASCII characters are added.
            Err(_) => "",
        }
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.len > Self::LIMIT - 2048
    }

    /// Adds a text, if there is room for all of it.
    pub(crate) const fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if self.len + bytes.len() > Self::LIMIT {
            return;
        }
        let mut rest = bytes;
        while let [byte, others @ ..] = rest {
            self.bytes[self.len] = *byte;
            self.len += 1;
            rest = others;
        }
    }

    pub(crate) const fn add_all(&mut self, texts: &[&str]) {
        let mut rest = texts;
        while let [text, others @ ..] = rest {
            self.add(text);
            rest = others;
        }
    }

    /// A character so many times.
    pub(crate) const fn repeat(&mut self, text: &str, times: usize) {
        let mut index = 0;
        while index < times {
            self.add(text);
            index += 1;
        }
    }

    /// `` `code` ``
    pub(crate) const fn code(&mut self, text: &str) {
        self.add_all(&["`", text, "`"]);
    }

    pub(crate) const fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        let digits = "0123456789";
        let (_, rest) = digits.split_at(number % 10);
        let (digit, _) = rest.split_at(1);
        self.add(digit);
    }
}

/// How many decimal digits a number has.
pub(crate) const fn digits(mut number: usize) -> usize {
    let mut digits = 1;
    while number >= 10 {
        number /= 10;
        digits += 1;
    }
    digits
}
