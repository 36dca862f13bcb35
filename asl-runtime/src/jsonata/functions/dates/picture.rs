//! What a picture of points in time says.

use super::super::integers;
use crate::{Value, jsonata::Error};

/// More digits or letters than these are not written for one component, whatever its picture says.
const MAX_WIDTH: usize = 1000;

/// A picture of points in time.
#[derive(Debug)]
pub(in super::super) struct Picture {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug)]
pub(super) enum Part {
    Literal(String),
    Marker(Marker),
}

/// What stands for a component: `[MNn,3-3]`.
#[derive(Debug)]
pub(super) struct Marker {
    /// `Y`, `M`, …
    pub component: char,
    pub form: Form,
    /// `,*-3`: the most letters of a name.
    pub max_width: Option<usize>,
    /// `t`: a zone without offset is `Z`.
    pub traditional: bool,
    /// Only so many digits of a year.
    pub year_digits: Option<u32>,
    /// The fewest and the most digits that are read, where that is fixed.
    pub read_width: Option<(usize, usize)>,
}

/// How a component is written.
#[derive(Debug)]
pub(super) enum Form {
    /// By name.
    Name(Case),
    /// By number.
    Integer(integers::Picture),
    /// A component that has one form only.
    Fixed,
}

/// The case of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
}

impl Case {
    /// In this case, from title case.
    pub fn apply(self, name: &str) -> String {
        match self {
            Self::Upper => name.to_uppercase(),
            Self::Lower => name.to_lowercase(),
            Self::Title => name.to_owned(),
        }
    }
}

impl Picture {
    /// Reads a picture.
    ///
    /// # Errors
    /// D3132: an unknown component. D3135: a bracket that is not closed. D3131: digits of more than one family.
    pub fn read(text: &str) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('[') {
            push_literal(&mut parts, &rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('[') {
                parts.push(Part::Literal("[".to_owned()));
                rest = after;
                continue;
            }
            let Some((marker, after)) = rest.split_once(']') else {
                return Err(Error::new(
                    "D3135",
                    "No matching closing bracket ']' in date/time picture string",
                ));
            };
            let marker = Marker::read(marker)?;
            if let Some(Part::Marker(before)) = parts.last_mut()
                && let Form::Integer(integer) = &before.form
                && matches!(marker.form, Form::Integer(_))
                && !matches!(marker.component, 'Z' | 'z')
                && !is_date(before.component)
            {
                // Another number follows without anything between. (The reference implementation reads as many digits
                // as there are.)
                let width = integer.digits().map(|digits| digits.mandatory);
                before.read_width = width.map(|width| (width, width));
            }
            parts.push(Part::Marker(marker));
            rest = after;
        }
        push_literal(&mut parts, rest);
        Ok(Self { parts })
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Literal(text.replace("]]", "]")));
    }
}

/// How a component is written unless its marker says.
fn default_presentation(component: char) -> Option<&'static str> {
    Some(match component {
        'Y' | 'M' | 'D' | 'd' | 'W' | 'w' | 'X' | 'x' | 'H' | 'h' | 'f' => "1",
        'F' | 'P' | 'C' | 'E' => "n",
        'm' | 's' => "01",
        'Z' | 'z' => "01:01",
        _ => return None,
    })
}

impl Marker {
    /// From the text between the brackets.
    fn read(text: &str) -> Result<Self, Error> {
        let text: String = text.split_whitespace().collect();
        let component = text.chars().next();
        let shown = component.map(String::from).unwrap_or_default();
        let unknown = || {
            Error::new(
                "D3132",
                format!(
                    "Unknown component specifier {} in date/time picture string",
                    Value::from(shown.as_str())
                ),
            )
        };
        let component = component.ok_or_else(unknown)?;
        let rest = &text[component.len_utf8()..];
        let (presentation, width) = match rest.rsplit_once(',') {
            Some((presentation, width)) => (presentation, Some(width)),
            None => (rest, None),
        };
        let (min_width, max_width) = match width.map(|width| width.split_once('-').unwrap_or((width, "*"))) {
            Some((min, max)) => (width_of(min), width_of(max)),
            None => (None, None),
        };
        let (presentation, modifier) = match presentation.chars().next_back() {
            None => (default_presentation(component).ok_or_else(unknown)?, None),
            Some(last @ ('a' | 't' | 'c' | 'o')) if presentation.len() > 1 => {
                (&presentation[..presentation.len() - 1], Some(last))
            }
            Some(_) => (presentation, None),
        };
        let mut marker = Self {
            component,
            form: Form::Fixed,
            max_width,
            traditional: modifier == Some('t'),
            year_digits: None,
            read_width: None,
        };
        if presentation.starts_with('n') {
            marker.form = Form::Name(Case::Lower);
        } else if presentation.starts_with("Nn") {
            marker.form = Form::Name(Case::Title);
        } else if presentation.starts_with('N') {
            marker.form = Form::Name(Case::Upper);
        } else if "YMDdFWwXxHhmsf".contains(component) {
            let picture = match modifier {
                Some(modifier) => format!("{presentation};{modifier}"),
                None => presentation.to_owned(),
            };
            let mut picture = integers::Picture::read(&picture)?;
            if let Some(digits) = picture.digits_mut() {
                digits.mandatory = digits.mandatory.max(min_width.unwrap_or(0));
            }
            if is_date(component)
                && let Some(width) = width_of_date(&mut picture, max_width)
            {
                if component == 'Y' {
                    marker.year_digits = u32::try_from(width).ok();
                }
                let optional = picture.digits().map_or(0, |digits| digits.optional);
                marker.read_width = (width > 0).then_some((width.saturating_sub(optional), width));
            }
            marker.form = Form::Integer(picture);
        }
        if matches!(component, 'Z' | 'z') {
            marker.form = Form::Integer(integers::Picture::read(presentation)?);
        }
        Ok(marker)
    }
}

fn width_of(text: &str) -> Option<usize> {
    let width = integers::parse_prefix(text);
    // Saturates.
    (width >= 0.0).then(|| (width as usize).min(MAX_WIDTH))
}

/// Year, month or day.
fn is_date(component: char) -> bool {
    matches!(component, 'Y' | 'M' | 'D')
}

/// How many digits of a year, month or day are written and read: as many as the picture has, from two on.
fn width_of_date(picture: &mut integers::Picture, max_width: Option<usize>) -> Option<usize> {
    match (picture.digits_mut(), max_width) {
        (digits, Some(max)) => {
            if let Some(digits) = digits {
                digits.mandatory = max;
            }
            Some(max)
        }
        (Some(digits), None) => Some(digits.mandatory + digits.optional).filter(|count| *count >= 2),
        (None, None) => None,
    }
}
