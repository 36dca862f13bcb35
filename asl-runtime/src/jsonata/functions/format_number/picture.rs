//! What a picture of numbers says.

use super::super::integers::regular_interval;
use crate::jsonata::Error;

/// The characters that have a meaning in pictures, and what is written for them.
///
/// Those with one character can be redefined by texts of more, which then match nothing in a picture, except percent
/// and per-mille.
#[derive(Debug, Clone)]
pub(in super::super) struct Symbols {
    pub decimal_separator: String,
    pub grouping_separator: String,
    pub exponent_separator: String,
    pub minus_sign: String,
    pub percent: String,
    pub per_mille: String,
    pub zero_digit: char,
    pub digit: String,
    pub pattern_separator: String,
}

impl Default for Symbols {
    fn default() -> Self {
        Self {
            decimal_separator: ".".to_owned(),
            grouping_separator: ",".to_owned(),
            exponent_separator: "e".to_owned(),
            minus_sign: "-".to_owned(),
            percent: "%".to_owned(),
            per_mille: "\u{2030}".to_owned(),
            zero_digit: '0',
            digit: "#".to_owned(),
            pattern_separator: ";".to_owned(),
        }
    }
}

impl Symbols {
    /// Redefines one of them by its name in the options of `$formatNumber`. Names of others change nothing: numbers
    /// are finite.
    pub fn set(&mut self, name: &str, text: &str) {
        let symbol = match name {
            "decimal-separator" => &mut self.decimal_separator,
            "grouping-separator" => &mut self.grouping_separator,
            "exponent-separator" => &mut self.exponent_separator,
            "minus-sign" => &mut self.minus_sign,
            "percent" => &mut self.percent,
            "per-mille" => &mut self.per_mille,
            "digit" => &mut self.digit,
            "pattern-separator" => &mut self.pattern_separator,
            "zero-digit" => {
                self.zero_digit = text.chars().next().unwrap_or('0');
                return;
            }
            _ => return,
        };
        text.clone_into(symbol);
    }

    /// A digit of the family for one of `0`–`9`.
    pub fn of_family(&self, digit: char) -> char {
        let value = digit.to_digit(10).unwrap_or(0);
        char::from_u32(u32::from(self.zero_digit) + value).unwrap_or(digit)
    }

    fn is_family(&self, char: char) -> bool {
        let zero = u32::from(self.zero_digit);
        (zero..zero + 10).contains(&u32::from(char))
    }

    fn is_optional_digit(&self, char: char) -> bool {
        is(&self.digit, char)
    }

    fn is_digit(&self, char: char) -> bool {
        self.is_family(char) || self.is_optional_digit(char)
    }

    fn is_grouping(&self, char: char) -> bool {
        is(&self.grouping_separator, char)
    }

    fn is_active(&self, char: char) -> bool {
        self.is_digit(char)
            || self.is_grouping(char)
            || is(&self.decimal_separator, char)
            || is(&self.exponent_separator, char)
            || is(&self.pattern_separator, char)
    }
}

fn is(symbol: &str, char: char) -> bool {
    let mut chars = symbol.chars();
    chars.next() == Some(char) && chars.next().is_none()
}

/// A picture of numbers.
#[derive(Debug)]
pub(in super::super) struct Picture {
    pub(super) positive: SubPicture,
    /// If negative numbers have another form.
    pub(super) negative: Option<SubPicture>,
}

/// The form of numbers of one sign.
#[derive(Debug)]
pub(super) struct SubPicture {
    pub prefix: String,
    pub suffix: String,
    /// 100 for percent, 1000 for per-mille.
    pub factor: f64,
    pub has_decimal_separator: bool,
    pub min_integer: usize,
    pub min_fraction: usize,
    pub max_fraction: usize,
    /// How many digits the mantissa has before the point; of use only with an exponent.
    pub scaling: usize,
    /// The fewest digits of the exponent; none: there is no exponent.
    pub exponent_digits: usize,
    /// Separators in the integer part: how many digits follow each.
    integer_groups: Vec<usize>,
    /// ... or one every so many digits.
    every: Option<usize>,
    /// How many digits of the fraction stand before each separator.
    pub fraction_groups: Vec<usize>,
}

impl SubPicture {
    /// Whether a separator stands where so many digits of the integer part follow.
    pub fn groups_before(&self, digits: usize) -> bool {
        match self.every {
            Some(every) => digits.is_multiple_of(every),
            None => self.integer_groups.contains(&digits),
        }
    }
}

impl Picture {
    /// Reads a picture.
    ///
    /// # Errors
    /// D3080–D3093.
    pub fn read(text: &str, symbols: &Symbols) -> Result<Self, Error> {
        let separator = &symbols.pattern_separator;
        let mut subs = text.split(separator.as_str());
        let (positive, negative) = (subs.next().unwrap_or_default(), subs.next());
        if subs.next().is_some() {
            return Err(wrong("D3080"));
        }
        Ok(Self {
            positive: read(positive, symbols)?,
            negative: negative.map(|negative| read(negative, symbols)).transpose()?,
        })
    }
}

/// A sub-picture in its parts.
struct Parts<'t> {
    whole: &'t str,
    prefix: &'t str,
    active: &'t str,
    suffix: &'t str,
    integer: &'t str,
    fraction: Option<&'t str>,
    exponent: Option<&'t str>,
}

impl<'t> Parts<'t> {
    fn split(whole: &'t str, symbols: &Symbols) -> Self {
        let is_body = |char: char| symbols.is_active(char) && !is(&symbols.exponent_separator, char);
        let start = whole.find(is_body).unwrap_or(0);
        let end = match whole.char_indices().rev().find(|(_, char)| is_body(*char)) {
            Some((at, char)) => at + char.len_utf8(),
            None => whole.len(),
        };
        let active = &whole[start..end];
        let separator = symbols.exponent_separator.as_str();
        // What follows the active part may begin with the separator as well: an exponent without digits.
        let (mantissa, exponent) = match whole[start..].find(separator) {
            Some(at) if at <= active.len() => (
                &active[..at],
                Some(active.get(at + separator.len()..).unwrap_or("")),
            ),
            _ => (active, None),
        };
        let (integer, fraction) = match mantissa.split_once(symbols.decimal_separator.as_str()) {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (mantissa, None),
        };
        Self {
            whole,
            prefix: &whole[..start],
            active,
            suffix: &whole[end..],
            integer,
            fraction,
            exponent,
        }
    }

    /// The last rule that is broken counts, as in the reference implementation.
    fn check(&self, symbols: &Symbols) -> Result<(), Error> {
        let whole = self.whole;
        let fraction = self.fraction.unwrap_or("");
        let twice = |symbol: &str| whole.find(symbol) != whole.rfind(symbol);
        let family = |part: &str| part.chars().any(|char| symbols.is_family(char));
        let (percent, per_mille) = (
            whole.contains(&symbols.percent),
            whole.contains(&symbols.per_mille),
        );
        let before_optional = self.integer.find(|char| symbols.is_optional_digit(char));
        let after_optional = fraction.rfind(|char| symbols.is_optional_digit(char));
        let (next_to_decimal, at_end) = match whole.find(&symbols.decimal_separator) {
            Some(at) => {
                let after = &whole[at + symbols.decimal_separator.len()..];
                let (before, after) = (whole[..at].chars().next_back(), after.chars().next());
                (
                    [before, after]
                        .into_iter()
                        .flatten()
                        .any(|char| symbols.is_grouping(char)),
                    false,
                )
            }
            None => (
                false,
                self.integer
                    .chars()
                    .next_back()
                    .is_some_and(|char| symbols.is_grouping(char)),
            ),
        };
        let rules = [
            ("D3081", twice(&symbols.decimal_separator)),
            ("D3082", twice(&symbols.percent)),
            ("D3083", twice(&symbols.per_mille)),
            ("D3084", percent && per_mille),
            (
                "D3085",
                ![self.integer, fraction]
                    .iter()
                    .any(|part| part.chars().any(|char| symbols.is_digit(char))),
            ),
            ("D3086", self.active.chars().any(|char| !symbols.is_active(char))),
            ("D3087", next_to_decimal),
            ("D3088", at_end),
            ("D3089", whole.contains(&symbols.grouping_separator.repeat(2))),
            (
                "D3090",
                before_optional.is_some_and(|at| family(&self.integer[..at])),
            ),
            ("D3091", after_optional.is_some_and(|at| family(&fraction[at..]))),
            (
                "D3092",
                self.exponent.is_some_and(|exponent| !exponent.is_empty()) && (percent || per_mille),
            ),
            (
                "D3093",
                self.exponent.is_some_and(|exponent| {
                    exponent.is_empty() || exponent.chars().any(|char| !symbols.is_family(char))
                }),
            ),
        ];
        match rules.iter().rev().find(|(_, broken)| *broken) {
            Some((code, _)) => Err(wrong(code)),
            None => Ok(()),
        }
    }
}

fn read(text: &str, symbols: &Symbols) -> Result<SubPicture, Error> {
    let parts = Parts::split(text, symbols);
    parts.check(symbols)?;
    let fraction = parts.fraction.unwrap_or("");
    let count = |part: &str, wanted: &dyn Fn(char) -> bool| part.chars().filter(|char| wanted(*char)).count();
    let family = |char| symbols.is_family(char);
    let digit = |char| symbols.is_digit(char);
    let mut min_integer = count(parts.integer, &family);
    let scaling = min_integer;
    let mut min_fraction = count(fraction, &family);
    let mut max_fraction = count(fraction, &digit);
    let has_exponent = parts.exponent.is_some();
    if min_integer == 0 && max_fraction == 0 {
        if has_exponent {
            min_fraction = 1;
            max_fraction = 1;
        } else {
            min_integer = 1;
        }
    }
    if has_exponent && min_integer == 0 && count(parts.integer, &digit) > 0 {
        min_integer = 1;
    }
    if min_integer == 0 && min_fraction == 0 {
        min_fraction = 1;
    }
    let separators = |part: &'_ str| -> Vec<usize> {
        let places = part.char_indices().filter(|(_, char)| symbols.is_grouping(*char));
        places.map(|(at, _)| at).collect()
    };
    let integer_groups: Vec<usize> = separators(parts.integer)
        .into_iter()
        .map(|at| count(&parts.integer[at..], &digit))
        .collect();
    let factor = if text.contains(&symbols.percent) {
        100.0
    } else if text.contains(&symbols.per_mille) {
        1000.0
    } else {
        1.0
    };
    Ok(SubPicture {
        prefix: parts.prefix.to_owned(),
        suffix: parts.suffix.to_owned(),
        factor,
        has_decimal_separator: parts.fraction.is_some(),
        min_integer,
        min_fraction,
        max_fraction: max_fraction.max(min_fraction),
        scaling,
        exponent_digits: parts.exponent.map_or(0, |exponent| count(exponent, &family)),
        every: regular_interval(&integer_groups),
        integer_groups,
        fraction_groups: separators(fraction)
            .into_iter()
            .map(|at| count(&fraction[..at], &digit))
            .collect(),
    })
}

fn wrong(code: &'static str) -> Error {
    let message = match code {
        "D3080" => "The picture string must only contain a maximum of two sub-pictures",
        "D3081" => {
            "The sub-picture must not contain more than one instance of the 'decimal-separator' character"
        }
        "D3082" => "The sub-picture must not contain more than one instance of the 'percent' character",
        "D3083" => "The sub-picture must not contain more than one instance of the 'per-mille' character",
        "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3085" => {
            "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit character' or a member of the 'decimal digit family'"
        }
        "D3086" => {
            "The sub-picture must not contain a passive character that is preceded by an active character and that is followed by another active character"
        }
        "D3087" => {
            "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a 'decimal-separator' character"
        }
        "D3088" => "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
        "D3089" => {
            "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character"
        }
        "D3090" => {
            "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is followed by an instance of the 'optional digit character'"
        }
        "D3091" => {
            "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' that is followed by a member of the 'decimal digit family'"
        }
        "D3092" => {
            "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as an 'exponent-separator'"
        }
        _ => {
            "The exponent part of the sub-picture must comprise only of one or more characters that are members of the 'decimal digit family'"
        }
    };
    Error::new(code, message)
}
