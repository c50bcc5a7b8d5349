//! The rules of quotes, which the `csv` crate does not hold a text to.

use memchr::memchr;

/// A mark of UTF-8 at the start, which the crate skips.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

use crate::Fault;

/// Whether every field that begins with a quote ends with one (RFC 4180, section 2, rules 5 to 7).
/// Quotes within other fields stand for themselves.
pub(crate) fn check(text: &[u8], delimiter: u8) -> Result<(), Fault> {
    let ends_field = |byte: u8| byte == delimiter || matches!(byte, b'\r' | b'\n');
    let quote = |from: usize| memchr(b'"', &text[from..]).map(|at| from + at);
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut from = start;
    while let Some(open) = quote(from) {
        from = open + 1;
        if open > start && !ends_field(text[open - 1]) {
            continue;
        }
        loop {
            let close =
                quote(from).ok_or_else(|| Fault::new(open, "this quoted field is not closed"))?;
            from = close + 1;
            match text.get(from) {
                Some(b'"') => from += 1,
                Some(byte) if !ends_field(*byte) => {
                    return Err(Fault::new(from, "this quoted field goes on behind its end"));
                }
                _ => break,
            }
        }
    }
    Ok(())
}
