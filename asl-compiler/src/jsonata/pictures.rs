//! Pictures of points in time that are written out: whether anything can be written in their form.

use super::{
    builtins::Builtin,
    kinds::{is_bare, kinds},
    problem::Problem,
    tree::{Kind, Node},
};
use crate::diagnostic::Code;
use std::ops::Range;

/// What a component is called in a marker such as `[Y0001]`, and what it is.
const COMPONENTS: &str = "`Y` year, `M` month, `D` day, `d` day of the year, `F` day of the week, `W` week of the year, \
    `w` week of the month, `H` hour, `h` hour of 12, `P` am or pm, `m` minute, `s` second, `f` fraction, `Z` time zone";

/// What is wrong with the picture of a call, if no evaluation of it can succeed.
///
/// A function that is given nothing gives nothing, whatever its picture: so the point in time must be there.
pub(super) fn check(builtin: &Builtin, arguments: &[&Node], frames: &[Vec<&str>]) -> Option<Box<Problem>> {
    let picture = match (builtin.name, arguments) {
        ("now", [picture, ..]) => picture,
        ("fromMillis", [time, picture, ..]) if !kinds(time, frames).contains('m') => picture,
        _ => return None,
    };
    let Kind::String(text) = &picture.kind else {
        return None;
    };
    if !is_bare(picture) {
        return None;
    }
    let Wrong { code, place, message } = wrong(text)?;
    // Within its quotes, unless escape sequences move it.
    let start = picture.range.start + 1;
    let range = match picture.range.len() == text.len() + 2 {
        true => start + place.start..start + place.end,
        false => picture.range.clone(),
    };
    let problem = Problem::of(Code::FailingExpression, code, message, range);
    Some(match code {
        "D3135" => problem.hint("a bracket that is text is written `[[`"),
        "D3132" => problem.hint(format!("there are {COMPONENTS}")),
        _ => problem,
    })
}

/// What is wrong with a picture, and where.
struct Wrong {
    code: &'static str,
    place: Range<usize>,
    message: String,
}

fn wrong(picture: &str) -> Option<Wrong> {
    let mut nameless = None;
    let mut from = 0;
    while let Some(at) = picture[from..].find('[').map(|at| from + at) {
        let inside = at + 1;
        if picture[inside..].starts_with('[') {
            from = inside + 1;
            continue;
        }
        let Some(end) = picture[inside..].find(']').map(|end| inside + end) else {
            return Some(Wrong {
                code: "D3135",
                place: at..inside,
                message: "this bracket is not closed".to_owned(),
            });
        };
        let wrong = wrong_marker(&picture[inside..end]).map(|(code, message)| Wrong {
            code,
            place: at..end + 1,
            message,
        });
        match wrong {
            Some(wrong) if wrong.code == "D3132" => return Some(wrong),
            // Found when it is written, not when the picture is read.
            other => nameless = nameless.or(other),
        }
        from = end + 1;
    }
    nameless
}

/// What is wrong with what stands between brackets.
fn wrong_marker(marker: &str) -> Option<(&'static str, String)> {
    let marker: String = marker.split_whitespace().collect();
    let Some(component) = marker.chars().next() else {
        return Some(("D3132", "these brackets name no component".to_owned()));
    };
    let rest = &marker[component.len_utf8()..];
    let presentation = rest
        .rsplit_once(',')
        .map_or(rest, |(presentation, _)| presentation);
    if presentation.is_empty() && !"YMDdFWwXxHhPmsfZzCE".contains(component) {
        return Some(("D3132", format!("there is no component `{component}`")));
    }
    // Zones and eras are written in their own ways.
    let is_name = presentation.starts_with(['N', 'n']);
    if is_name && !"MxFPCEZz".contains(component) {
        let message = format!("`{component}` has no names: only months, days of the week, and am and pm do");
        return Some(("D3133", message));
    }
    None
}
