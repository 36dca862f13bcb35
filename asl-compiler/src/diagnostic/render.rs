//! The look of a diagnostic: rustc's.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::Diagnostic;
use crate::Source;

/// Width that long lines are cut to. Minified JSON is one line of many thousand characters.
const WIDTH: usize = 120;

pub(super) fn render(diagnostic: &Diagnostic, source: &Source) -> String {
    let text = &source.text;
    let range = on_characters(text, diagnostic);
    let (line_start, line) = lines_around(text, &range);
    let mut annotation = AnnotationKind::Primary.span(range.start - line_start..range.end - line_start);
    if let Some(label) = &diagnostic.label {
        annotation = annotation.label(label.as_str());
    }
    let snippet = Snippet::source(line)
        .path(source.path.as_str())
        .line_start(diagnostic.line)
        .annotation(annotation);
    let title = format!("{} [{}]", diagnostic.message, diagnostic.code);
    let mut group = Level::ERROR.no_name().primary_title(title).element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::plain().term_width(WIDTH).render(&[group])
}

/// The range, within the text and on the borders of characters, and no longer than its first line.
fn on_characters(text: &str, diagnostic: &Diagnostic) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(diagnostic.range.start);
    let end = text
        .ceil_char_boundary(diagnostic.range.end.min(text.len()))
        .max(start);
    let first_line = text[start..end].find(['\n', '\r']).map_or(end, |at| start + at);
    start..first_line
}

/// The line of the range and where it starts. The renderer is given no more, so that a long file costs nothing.
fn lines_around<'t>(text: &'t str, range: &std::ops::Range<usize>) -> (usize, &'t str) {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at);
    (start, &text[start..end])
}
