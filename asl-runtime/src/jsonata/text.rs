//! Data as text: in `&`, and in messages.

use super::{Data, Error, data::non_finite_name};
use crate::Value;

/// Appends what `$string` makes of it; nothing of nothing.
pub(super) fn append(text: &mut String, data: &Data) -> Result<(), Error> {
    match data {
        Data::Undefined | Data::Function(_) => {}
        Data::Value(Value::String(string)) => text.push_str(string),
        Data::NonFinite(_) => {
            return Err(Error::new(
                "D3001",
                "Attempting to invoke string function on Infinity or NaN",
            ));
        }
        other => text.push_str(&quoted(other)),
    }
    Ok(())
}

/// The data as JSON, for messages.
pub(super) fn quoted(data: &Data) -> String {
    match data {
        Data::Undefined => "undefined".to_owned(),
        Data::NonFinite(number) => non_finite_name(*number).to_owned(),
        other => other.clone().into_value().map_or_else(|_| "{}".to_owned(), |value| value.to_json()),
    }
}
