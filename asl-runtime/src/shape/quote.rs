//! The place of a mistake, with the line of the definition, and the lines below it.

use super::{
    flow::Place,
    text::{Text, digits},
};

/// Longer lines, as of a minified file, are not quoted.
const WIDTH: usize = 160;

/// Writes the place and the line. Gives the width of the margin for what follows.
pub(crate) const fn quote(file: &str, source: &str, place: &Place, text: &mut Text) -> usize {
    let margin = digits(place.line);
    text.repeat(" ", margin);
    text.add_all(&["--> ", file, ":"]);
    text.number(place.line);
    text.add(":");
    text.number(place.column);
    text.add("\n");
    let line = line(source, place.line);
    let (before, rest) = line.split_at(offset(line, place.column));
    if line.is_empty() || line.len() > WIDTH {
        text.repeat(" ", margin + 1);
        text.add("= in ");
        add_place(place, text);
    } else {
        text.repeat(" ", margin + 1);
        text.add("|\n");
        text.number(place.line);
        text.add_all(&[" | ", line, "\n"]);
        text.repeat(" ", margin + 1);
        text.add("| ");
        indent(before, text);
        text.repeat("^", token(rest));
        text.add(" in ");
        add_place(place, text);
        text.add("\n");
        text.repeat(" ", margin + 1);
        text.add("|");
    }
    text.add("\n");
    margin
}

/// `state "ChargeCard", `Parameters.amount.$``
const fn add_place(place: &Place, text: &mut Text) {
    text.add_all(&["state \"", place.state, "\""]);
    if !place.field.is_empty() {
        text.add(", ");
        text.code(place.field);
    }
}

pub(crate) const fn note(margin: usize, text: &mut Text) {
    text.repeat(" ", margin + 1);
    text.add("= note: ");
}

pub(crate) const fn help(margin: usize, text: &mut Text) {
    text.repeat(" ", margin + 1);
    text.add("= help: ");
}

/// A line of a text, from 1.
const fn line(source: &str, number: usize) -> &str {
    let bytes = source.as_bytes();
    let mut line = 1;
    let mut start = 0;
    while line < number {
        if start == bytes.len() {
            return "";
        }
        if bytes[start] == b'\n' {
            line += 1;
        }
        start += 1;
    }
    let mut end = start;
    while end < bytes.len() && bytes[end] != b'\n' && bytes[end] != b'\r' {
        end += 1;
    }
    source.split_at(end).0.split_at(start).1
}

/// The byte at a column.
const fn offset(line: &str, column: usize) -> usize {
    let bytes = line.as_bytes();
    let mut offset = 0;
    let mut characters = 0;
    while offset < bytes.len() {
        // Bytes of the form 10xxxxxx continue a character.
        if bytes[offset] & 0xc0 != 0x80 {
            characters += 1;
            if characters == column {
                return offset;
            }
        }
        offset += 1;
    }
    offset
}

/// Blanks as wide as a text; tabulators stay.
const fn indent(before: &str, text: &mut Text) {
    let bytes = before.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'\t' {
            text.add("\t");
        } else if bytes[index] & 0xc0 != 0x80 {
            text.add(" ");
        }
        index += 1;
    }
}

/// How wide the string or the path of JSONata is that a text starts with; 1 for anything else.
const fn token(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if !bytes.is_empty() && bytes[0] == b'$' {
        return path(bytes);
    }
    if bytes.is_empty() || bytes[0] != b'"' {
        return 1;
    }
    let mut width = 1;
    let mut index = 1;
    while index < bytes.len() {
        if bytes[index] & 0xc0 != 0x80 {
            width += 1;
        }
        if bytes[index] == b'"' {
            return width;
        }
        if bytes[index] == b'\\' {
            width += 1;
            index += 1;
        }
        index += 1;
    }
    width
}

/// How wide the names with dots between them are that a text starts with.
const fn path(bytes: &[u8]) -> usize {
    let mut width = 1;
    let mut index = 1;
    let mut quoted = false;
    while index < bytes.len() {
        let byte = bytes[index];
        let is_name = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'`' | 0x80..);
        if byte == b'`' {
            quoted = !quoted;
        }
        let is_step = byte == b'.' && index + 1 < bytes.len() && bytes[index + 1] != b' ';
        if !quoted && !is_name && !is_step {
            break;
        }
        if byte & 0xc0 != 0x80 {
            width += 1;
        }
        index += 1;
    }
    width
}

/// A path without its last `after + 1` steps, and its last `after` steps.
pub(crate) const fn split(path: &str, after: usize) -> (&str, &str) {
    let bytes = path.as_bytes();
    let mut starts = [0; 64];
    let mut steps = 0;
    let mut index = 0;
    let mut quote = 0;
    let mut depth = 0;
    while index < bytes.len() {
        let byte = bytes[index];
        if quote != 0 {
            if byte == b'\\' {
                index += 1;
            } else if byte == quote {
                quote = 0;
            }
        } else if (depth > 0 && (byte == b'\'' || byte == b'"')) || byte == b'`' {
            quote = byte;
        } else if byte == b'[' {
            if depth == 0 && steps < starts.len() {
                // `.[` is one step.
                if index == 0 || bytes[index - 1] != b'.' {
                    starts[steps] = index;
                    steps += 1;
                }
            }
            depth += 1;
        } else if byte == b']' {
            depth -= (depth > 0) as usize;
        } else if byte == b'.' && depth == 0 && steps < starts.len() {
            starts[steps] = index;
            steps += 1;
        } else if byte == b'\\' {
            index += 1;
        }
        index += 1;
    }
    if after >= steps {
        return (path, "");
    }
    let lost = starts[steps - after - 1];
    let next = if after == 0 {
        path.len()
    } else {
        starts[steps - after]
    };
    (path.split_at(lost).0, path.split_at(next).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_at_the_step_that_fails() {
        assert_eq!(split("$.a.b", 0), ("$.a", ""));
        assert_eq!(split("$.a.b", 1), ("$", ".b"));
        assert_eq!(split("$.a['x.y'][0].b", 2), ("$.a", "[0].b"));
        assert_eq!(split("$$.Execution.Input.id", 0), ("$$.Execution.Input", ""));
        assert_eq!(split("$order.id", 0), ("$order", ""));
        assert_eq!(split("$.a[?(@.b == 'x')].c", 1), ("$.a", ".c"));
        assert_eq!(split("$", 3), ("$", ""));
        assert_eq!(split("$states.input.`a.b`.c", 1), ("$states.input", ".c"));
    }

    #[test]
    fn lines_and_columns() {
        let source = "one\r\ntwö \"é\\\"x\" z\n";
        assert_eq!(line(source, 1), "one");
        assert_eq!(line(source, 2), "twö \"é\\\"x\" z");
        assert_eq!(line(source, 9), "");
        let two = line(source, 2);
        assert_eq!(two.split_at(offset(two, 5)).1, "\"é\\\"x\" z");
        assert_eq!(token("\"é\\\"x\" z"), 6);
        assert_eq!(token("{"), 1);
        assert_eq!(token("$states.input.`a b`.ö > 1"), 21);
        assert_eq!(token("$x[0].y"), 2);
    }
}
