//! The operators with two operands, and the minus before a number.

use std::cmp::Ordering;

use smol_str::SmolStrBuilder;

use super::{Data, Error, Eval, Item, Operand, number_text::number_text, stringify, work};
use crate::{Value, value::Number};

/// What comes of operands that are not both numbers: nothing if one of them is nothing.
#[cold]
fn misfits(left: &Operand<'_>, right: &Operand<'_>, operator: &str) -> Eval {
    let operands = [(left, "T2001", "left"), (right, "T2002", "right")];
    for (operand, code, side) in operands {
        let operand = operand.to_data();
        if !operand.is_undefined() && operand.finite()?.is_none() {
            return Err(no_number(code, side, operator));
        }
    }
    Ok(Data::Undefined)
}

#[cold]
fn no_number(code: &'static str, side: &str, operator: &str) -> Error {
    Error::new(
        code,
        format!("The {side} side of the \"{operator}\" operator must evaluate to a number"),
    )
}

/// Integers stay exact as long as the result fits into 64 bits.
#[inline(always)]
fn compute(
    left: Operand<'_>,
    right: Operand<'_>,
    operator: &str,
    exact: impl Fn(i64, i64) -> Option<i64>,
    float: impl Fn(f64, f64) -> f64,
) -> Eval {
    let (Some(one), Some(other)) = (left.number(), right.number()) else {
        return misfits(&left, &right, operator);
    };
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64())
        && let Some(result) = exact(one, other)
    {
        return Ok(result.into());
    }
    Ok(Data::number(float(one.as_f64(), other.as_f64())))
}

/// The operators on two numbers: what takes any operands, for generated code, and what works on them.
macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident $operator:literal $exact:path, $float:expr;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> Eval {
                computed::$name(left.into(), right.into())
            }
        )*

        mod computed {
            use super::{Eval, Operand, compute, exact_quotient};

            $(
                pub(super) fn $name(left: Operand<'_>, right: Operand<'_>) -> Eval {
                    compute(left, right, $operator, $exact, $float)
                }
            )*
        }
    };
}

arithmetic! {
    /// `left + right`
    ///
    /// # Errors
    /// T2001 and T2002 when an operand is no number, D1001 when one is an infinity; likewise for the other four.
    add "+" i64::checked_add, |left, right| left + right;
    /// `left - right`
    subtract "-" i64::checked_sub, |left, right| left - right;
    /// `left * right`
    multiply "*" i64::checked_mul, |left, right| left * right;
    /// `left / right`
    divide "/" exact_quotient, |left, right| left / right;
    /// `left % right`: the sign is that of `left`.
    modulo "%" i64::checked_rem, |left, right| left % right;
}

fn exact_quotient(left: i64, right: i64) -> Option<i64> {
    let whole = left.checked_div(right)?;
    (left.checked_rem(right) == Some(0)).then_some(whole)
}

/// `-operand`
///
/// # Errors
/// D1002 when it is no number.
pub fn negate(operand: &Data) -> Eval {
    if operand.is_undefined() {
        return Ok(Data::Undefined);
    }
    let Some(number) = operand.finite()? else {
        let value = stringify::quoted(operand);
        return Err(Error::new(
            "D1002",
            format!("Cannot negate a non-numeric value: {value}"),
        ));
    };
    Ok(match number.as_i64().and_then(i64::checked_neg) {
        Some(integer) => integer.into(),
        None => Data::number(-number.as_f64()),
    })
}

/// `parts[0] & parts[1] & …`
///
/// # Errors
/// Those of `$string`.
pub fn concatenate(parts: &[Operand<'_>]) -> Eval {
    /// `-9223372036854775808`, and floats are rounded.
    const LONGEST_NUMBER: usize = 24;
    /// Shorter texts are not accounted for.
    const SHORT: usize = 64;
    // At most.
    let mut length = 0;
    let mut whole = SmolStrBuilder::new();
    for part in parts {
        match part.item() {
            Item::Value(Value::String(text)) | Item::Data(Data::Value(Value::String(text))) => {
                length += text.len();
                if length > stringify::MAX_TEXT {
                    return concatenate_all(parts);
                }
                whole.push_str(text);
            }
            Item::Value(Value::Number(number)) | Item::Data(Data::Value(Value::Number(number))) => {
                length += LONGEST_NUMBER;
                match number.is_float() {
                    true => whole.push_str(&number_text(*number)),
                    false => number.push_to(&mut whole),
                }
            }
            Item::Data(Data::Undefined) => {}
            _ => return concatenate_all(parts),
        }
    }
    if length < SHORT {
        // Given on without a look at it: so it need not be moved.
        return Ok(whole.finish().into());
    }
    let whole = whole.finish();
    stringify::check_length(whole.len())?;
    work::owe(whole.len() / 8);
    Ok(whole.into())
}

fn concatenate_all(parts: &[Operand<'_>]) -> Eval {
    let mut whole = String::new();
    for part in parts {
        stringify::append(&mut whole, &part.to_data())?;
        stringify::check_length(whole.len())?;
    }
    work::owe(whole.len() / 8);
    Ok(whole.into())
}

/// `left = right`: nothing equals nothing, not even nothing.
pub fn equal<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> bool {
    are_equal(&left.into(), &right.into()) == Some(true)
}

/// `left != right`: nothing differs from nothing.
pub fn not_equal<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> bool {
    are_equal(&left.into(), &right.into()) == Some(false)
}

fn are_equal(left: &Operand<'_>, right: &Operand<'_>) -> Option<bool> {
    if let (Some(left), Some(right)) = (left.value(), right.value())
        && !(left.is_array() || left.is_object())
    {
        return Some(left == right);
    }
    let (left, right) = (left.to_data(), right.to_data());
    (!left.is_undefined() && !right.is_undefined()).then(|| left.equals(&right))
}

/// `left < right`
///
/// # Errors
/// T2010 when an operand is neither number nor string, T2009 when they are of different types; likewise for the others.
pub fn less<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> Eval {
    compare(&left.into(), &right.into(), "<", Ordering::is_lt)
}

/// `left <= right`
pub fn less_or_equal<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> Eval {
    compare(&left.into(), &right.into(), "<=", Ordering::is_le)
}

/// `left > right`
pub fn greater<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> Eval {
    compare(&left.into(), &right.into(), ">", Ordering::is_gt)
}

/// `left >= right`
pub fn greater_or_equal<'a>(left: impl Into<Operand<'a>>, right: impl Into<Operand<'a>>) -> Eval {
    compare(&left.into(), &right.into(), ">=", Ordering::is_ge)
}

fn compare(left: &Operand<'_>, right: &Operand<'_>, operator: &str, holds: fn(Ordering) -> bool) -> Eval {
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return Ok(holds(by_value(left, right)).into());
    }
    let (left, right) = (&left.to_data(), &right.to_data());
    let [left_letter, right_letter] = [left, right].map(Data::letter);
    if [left_letter, right_letter]
        .iter()
        .any(|letter| !matches!(letter, 'n' | 's' | 'm'))
    {
        return Err(Error::new(
            "T2010",
            format!(
                "The expressions either side of operator \"{operator}\" must evaluate to numeric or string values"
            ),
        ));
    }
    if left.is_undefined() || right.is_undefined() {
        return Ok(Data::Undefined);
    }
    if left_letter != right_letter {
        let [left, right] = [left, right].map(stringify::quoted);
        return Err(Error::new(
            "T2009",
            format!(
                "The values {left} and {right} either side of operator \"{operator}\" must be of the same data type"
            ),
        ));
    }
    Ok(order(left, right).is_some_and(holds).into())
}

#[inline]
fn by_value(left: Number, right: Number) -> Ordering {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(&right),
    }
}

/// The order of two numbers or two strings; strings go by UTF-16 units. Nothing for NaN.
pub(super) fn order(left: &Data, right: &Data) -> Option<Ordering> {
    match (left, right) {
        (Data::Value(Value::Number(left)), Data::Value(Value::Number(right))) => Some(left.cmp(right)),
        (Data::Value(Value::String(left)), Data::Value(Value::String(right))) => Some(by_units(left, right)),
        (left, right) => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// UTF-16 and UTF-8 order texts alike but for what lies above U+D7FF.
fn by_units(left: &str, right: &str) -> Ordering {
    if left.bytes().chain(right.bytes()).all(|byte| byte < 0xee) {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

/// `left in right`: scalars by value, others only if they are one and the same. Something that stands in the
/// expression is one and the same whenever it is evaluated.
pub fn is_in<'a>(left: impl Into<Item<'a>>, right: impl Into<Item<'a>>) -> bool {
    let (left, items) = (left.into(), right.into().each());
    work::owe(items.len());
    !left.is_undefined() && items.into_iter().any(|item| is_same(left, item))
}

fn is_same(left: Item<'_>, right: Item<'_>) -> bool {
    match (left.value(), right.value()) {
        (Some(Value::Array(left)), Some(Value::Array(right))) => left.ptr_eq(right),
        (Some(Value::Object(left)), Some(Value::Object(right))) => left.ptr_eq(right),
        (Some(left), Some(right)) => left == right,
        _ => match (left, right) {
            (Item::Data(Data::List(left)), Item::Data(Data::List(right))) => std::rc::Rc::ptr_eq(left, right),
            (Item::Data(Data::Record(left)), Item::Data(Data::Record(right))) => {
                std::rc::Rc::ptr_eq(left, right)
            }
            (Item::Data(left), Item::Data(right)) => {
                !left.is_array() && !left.is_object() && left.equals(right)
            }
            _ => false,
        },
    }
}

/// The range's items, for an array constructor: `first..last`.
///
/// # Errors
/// T2003 and T2004 when an end is no integer, D2014 for more than ten million items.
pub fn range(first: &Data, last: &Data) -> Result<Option<std::ops::RangeInclusive<i64>>, Error> {
    /// Most items of a range.
    const MAX: i64 = 10_000_000;
    for (end, code, side) in [(first, "T2003", "left"), (last, "T2004", "right")] {
        if !end.is_undefined() && integer(end).is_none() {
            return Err(Error::new(
                code,
                format!("The {side} side of the range operator (..) must evaluate to an integer"),
            ));
        }
    }
    let (Some(first), Some(last)) = (integer(first), integer(last)) else {
        return Ok(None);
    };
    let size = last.saturating_sub(first).saturating_add(1);
    if size > MAX {
        return Err(Error::new(
            "D2014",
            format!(
                "The size of the sequence allocated by the range operator (..) must not exceed 1e6.  Attempted \
                to allocate {size}"
            ),
        ));
    }
    Ok(Some(first..=last))
}

fn integer(data: &Data) -> Option<i64> {
    let number = data.as_number()?;
    number.as_i64().or_else(|| match Data::number(number.as_f64()) {
        Data::Value(Value::Number(number)) => number.as_i64(),
        _ => None,
    })
}
