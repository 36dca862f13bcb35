//! Percent-encoding, as ECMAScript's `encodeURI` and its siblings do it.

/// What `encodeURIComponent` leaves as it is, besides letters and digits.
const COMPONENT: &[u8] = b"-_.!~*'()";
/// What `encodeURI` leaves as it is besides.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// What a text is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A whole URL, whose own punctuation stays.
    Whole,
    /// One component of it.
    Component,
}

/// Encodes what may not stand in a URL, as UTF-8.
pub(super) fn encode(text: &str, part: Part) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let stays = byte.is_ascii_alphanumeric()
            || COMPONENT.contains(&byte)
            || part == Part::Whole && RESERVED.contains(&byte);
        if stays {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex(byte >> 4));
            out.push(hex(byte & 15));
        }
    }
    out
}

/// Decodes, or `None` if what follows a `%` is no UTF-8 in hexadecimal digits.
///
/// Of a whole URL, encoded punctuation stays encoded.
pub(super) fn decode(text: &str, part: Part) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let first = byte(rest)?;
        let length = match first {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => return None,
        };
        if part == Part::Whole && RESERVED.contains(&first) {
            out.push_str(rest.get(..3)?);
            rest = rest.get(3..)?;
            continue;
        }
        let mut bytes = [0; 4];
        for slot in bytes.iter_mut().take(length) {
            *slot = byte(rest)?;
            rest = rest.get(3..)?;
        }
        out.push_str(std::str::from_utf8(&bytes[..length]).ok()?);
    }
    out.push_str(rest);
    Some(out)
}

/// The byte of a `%41` at the start of the text.
fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_can_be_decoded(text: String) {
            prop_assert_eq!(decode(&encode(&text, Part::Component), Part::Component), Some(text.clone()));
            prop_assert_eq!(decode(&encode(&text, Part::Whole), Part::Whole), Some(text));
        }

        #[test]
        fn decoding_never_panics(text in "[%0-9a-fé/]{0,12}") {
            let _ = decode(&text, Part::Whole);
        }
    }

    #[test]
    fn a_whole_url_keeps_its_punctuation() {
        let url = "https://a.b/c d?e=\u{e9}&f=[1]#%";
        let encoded = "https://a.b/c%20d?e=%C3%A9&f=%5B1%5D#%25";
        assert_eq!(encode(url, Part::Whole), encoded);
        assert_eq!(decode(encoded, Part::Whole).as_deref(), Some(url));
        assert_eq!(decode("%2f%41%3D", Part::Whole).as_deref(), Some("%2fA%3D"));
    }

    #[test]
    fn a_component_encodes_it() {
        assert_eq!(
            encode("a/b?c=d e\u{1f600}", Part::Component),
            "a%2Fb%3Fc%3Dd%20e%F0%9F%98%80"
        );
        assert_eq!(
            decode("a%2Fb%3Fc%3Dd%20e%F0%9F%98%80", Part::Component).as_deref(),
            Some("a/b?c=d e\u{1f600}")
        );
    }

    #[test]
    fn refuses_what_is_no_utf_8() {
        for text in [
            "%",
            "%4",
            "%4g",
            "%+1",
            "%80",
            "%C3",
            "%C3%28",
            "%ED%A0%80",
            "%F8%80%80%80",
            "%C0%80",
            "%\u{e9}",
        ] {
            assert_eq!(decode(text, Part::Component), None, "{text}");
            assert_eq!(decode(text, Part::Whole), None, "{text}");
        }
    }
}
