//! Documentation of generated items: `#[doc]` attributes from texts of the definition.

use proc_macro2::TokenStream;
use quote::quote;

/// Doc comment of the given paragraphs, each Markdown; empty ones are left out.
pub fn paragraphs<'a>(texts: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts
        .join("\n\n")
        .lines()
        .map(|line| {
            let line = if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            };
            quote!(#[doc = #line])
        })
        .collect()
}

/// Text of the definition as Markdown that shows exactly that text.
pub fn escape(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| escape_line(line.trim()))
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// Text as a Markdown code span, whatever it contains.
pub fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 && !text.trim().is_empty() {
        format!("`{text}`")
    } else {
        let fence = "`".repeat(longest + 1);
        format!("{fence} {text} {fence}")
    }
}

fn escape_line(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    // `-`, `+`, `=` and `1.` mean something only at the start of a line.
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let list_mark = if line.starts_with(['-', '+', '=']) {
        0
    } else {
        line.len() - digits
    };
    let line = visible(line);
    for (at, c) in line.char_indices() {
        // rustdoc warns of an address that is no link.
        let address = c == ':' && line[at..].starts_with("://");
        let special = "\\`*_{}[]<>#|~&".contains(c);
        if special || address || at == list_mark && matches!(c, '-' | '+' | '=' | '.' | ')') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Without control characters and those that change the direction of text: rustc refuses them in comments.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_escaped() {
        assert_eq!(escape("Plain text, as usual."), "Plain text, as usual.");
        assert_eq!(
            escape("a *b* [c](d) <e> `f`"),
            "a \\*b\\* \\[c\\](d) \\<e\\> \\`f\\`"
        );
        assert_eq!(
            escape("    code\n\n- item\n2. two\n# head"),
            "code\n\\- item\n2\\. two\n\\# head"
        );
        assert_eq!(escape("1.5 times, 1-2"), "1\\.5 times, 1-2");
        assert_eq!(escape("see: https://x.y"), "see: https\\://x.y");
        assert_eq!(escape("a\u{202e}b\u{0}c"), "a b c");
    }

    #[test]
    fn code_spans_hold_anything() {
        assert_eq!(code("Check"), "`Check`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code(""), "`  `");
    }

    #[test]
    fn doc_lines() {
        let docs = paragraphs(["One.", "", "Two\nlines."]);
        assert_eq!(
            docs.to_string(),
            quote!(#[doc = " One."] #[doc = ""] #[doc = " Two"] #[doc = " lines."]).to_string()
        );
    }
}
