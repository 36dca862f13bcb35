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

/// The line of the range and where it starts. The renderer is given no more, so that a long file costs
/// nothing.
fn lines_around<'t>(text: &'t str, range: &std::ops::Range<usize>) -> (usize, &'t str) {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at);
    let line = &text[start..end];
    // A byte-order mark has no width, and the mistake cannot be in it.
    let shown = line.trim_start_matches('\u{feff}');
    let start = (start + line.len() - shown.len()).min(range.start);
    (start, text[start..end].trim_end_matches('\r'))
}

#[cfg(test)]
mod tests {
    use crate::{Source, compile};

    fn rendered(text: &str) -> String {
        let source = Source {
            path: "flows/order.asl.json".to_owned(),
            text: text.to_owned(),
        };
        match compile(&source) {
            Ok(machine) => panic!("{machine:?}"),
            Err(diagnostics) => format!("\n{}\n", diagnostics.render(&source)),
        }
    }

    #[test]
    fn looks_like_rustc() {
        let text = r#"{
  "StartAt": "Reserve",
  "States": {
    "Reserve": { "Type": "Task", "Resource": "reserve", "Next": "ChargeCrad" },
    "ChargeCard": { "Type": "Task", "Resource": "charge", "End": true }
  }
}"#;
        let expected = r#"
error: no state is called "ChargeCrad" [ASL120]
 --> flows/order.asl.json:4:65
  |
4 |     "Reserve": { "Type": "Task", "Resource": "reserve", "Next": "ChargeCrad" },
  |                                                                 ^^^^^^^^^^^^ in state "Reserve"
  |
  = help: did you mean "ChargeCard"?
"#;
        assert_eq!(rendered(text), expected);
    }

    #[test]
    fn shows_all_problems_by_place() {
        let text = "{\r\n\t\"StartAt\": 1,\r\n\t\"States\": {},\r\n\t\"Foo\": \"é\", \"Bar\": 1 }\r\n";
        let expected = r#"
error: `StartAt` must be a string, not a number [ASL112]
 --> flows/order.asl.json:2:13
  |
2 |     "StartAt": 1,
  |                ^

error: `States` cannot be empty [ASL114]
 --> flows/order.asl.json:3:12
  |
3 |     "States": {},
  |               ^^
  |
  = help: it needs at least one state

error: the state machine has no field "Foo" [ASL110]
 --> flows/order.asl.json:4:2
  |
4 |     "Foo": "é", "Bar": 1 }
  |     ^^^^^

error: the state machine has no field "Bar" [ASL110]
 --> flows/order.asl.json:4:14
  |
4 |     "Foo": "é", "Bar": 1 }
  |                 ^^^^^
"#;
        assert_eq!(rendered(text), expected);
    }

    #[test]
    fn cuts_long_lines() {
        let comment = "x".repeat(5000);
        let text = format!(r#"{{"Comment":"{comment}","StartAt":"A","States":{{}},"Comment":"{comment}"}}"#);
        let rendered = rendered(&text);
        assert!(
            rendered.lines().all(|line| line.chars().count() < 150),
            "{rendered}"
        );
        assert!(rendered.contains(r#""States":{}"#), "{rendered}");
    }

    #[test]
    fn shows_mistakes_at_either_end() {
        let end = "\nerror: this is not JSON: this object is not closed [ASL100]\n --> flows/order.asl.json:1:1\n  |\n1 | {\n  | ^\n";
        assert_eq!(rendered("\u{feff}{"), end);
        assert!(rendered("{}\n\n x").contains("--> flows/order.asl.json:3:2"));
        assert!(rendered("").contains("--> flows/order.asl.json:1:1"));
    }
}
