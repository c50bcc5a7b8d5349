//! Text of other character sets as UTF-8.

use encoding_rs::{Encoding, UTF_8};

/// Converts text; none for an unknown character set and for bytes that are not in it.
///
/// RFC 2231 §5 lets a language follow the name after `*`.
pub(crate) fn to_utf8(charset: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let name = charset.split(|&b| b == b'*').next()?;
    let encoding = match name.eq_ignore_ascii_case(b"us-ascii") {
        true => UTF_8,
        false => Encoding::for_label(name)?,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned().into_bytes())
}
