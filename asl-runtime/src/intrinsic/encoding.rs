//! Base64 and digests.

use super::{Arguments, IntrinsicError, failure};
use crate::value::Value;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::fmt::Write;

/// The service's limit, in characters.
const MAX_LENGTH: usize = 10_000;

/// Padding may be left out, as in Java.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn base64_encode(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let text = limited(arguments.string(0)?)?;
    Ok(encode_base64(text.as_bytes()).into())
}

/// The bytes in Base64, padded.
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

pub(super) fn base64_decode(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let text = limited(arguments.string(0)?)?;
    let bytes = BASE64
        .decode(text)
        .map_err(|_| failure("the text is not Base64"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

pub(super) fn hash(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let data = match &*arguments.get(0)? {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    };
    let data = limited(data)?;
    let algorithm = arguments.string(1)?;
    digest(&algorithm, data.as_bytes())
        .map(Value::from)
        .ok_or_else(|| {
            failure(format!(
                "'{algorithm}' is not one of MD5, SHA-1, SHA-256, SHA-384 and SHA-512"
            ))
        })
}

/// The digest in hexadecimal digits, if the service has the algorithm.
pub(crate) fn digest(algorithm: &str, data: &[u8]) -> Option<String> {
    Some(match algorithm {
        "MD5" => hex(&Md5::digest(data)),
        "SHA-1" => hex(&Sha1::digest(data)),
        "SHA-256" => hex(&Sha256::digest(data)),
        "SHA-384" => hex(&Sha384::digest(data)),
        "SHA-512" => hex(&Sha512::digest(data)),
        _ => return None,
    })
}

fn limited(text: String) -> Result<String, IntrinsicError> {
    // Bytes are never fewer than characters.
    if text.len() > MAX_LENGTH && text.encode_utf16().count() > MAX_LENGTH {
        return Err(failure(format!(
            "the text is longer than {MAX_LENGTH} characters"
        )));
    }
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
