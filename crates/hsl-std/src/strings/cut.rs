//! Parts of strings.
//!
//! *Invariants.* What stays whole stays the same string: nothing is copied for no change.

use std::ops::Range;

use hsl_vm::{Array, Cx, Str, Thrown, Value};

use super::find::{Positions, occurrences, position};

/// Strings up to this length change on the stack.
const ON_STACK: usize = 128;

/// The part behind `str_slice`.
pub(crate) fn slice(text: &[u8], offset: f64, length: Option<f64>) -> Str {
    let rest = &text[position(text, offset).min(text.len())..];
    let length = length.map_or(rest.len(), |length| length.max(0.0) as usize);
    Str::from(&rest[..length.min(rest.len())])
}

/// The parts between delimiters, as `str_split` counts them.
pub(crate) fn split(
    cx: &mut Cx<'_>,
    text: &[u8],
    delimiter: &[u8],
    limit: f64,
) -> Result<Array, Thrown> {
    cx.charge(text.len());
    let most = (limit.abs() as usize).saturating_sub(1);
    if delimiter.is_empty() {
        cx.reserve(text.len() * size_of::<Value>())?;
        return Ok(single_bytes(text, limit, most));
    }
    let mut found = occurrences(text, delimiter, places(cx));
    cx.reserve(found.len() * size_of::<Value>())?;
    if limit >= 1.0 {
        found.truncate(most);
    } else if limit <= -1.0 {
        found.drain(..found.len().saturating_sub(most));
    }
    Ok(between(text, &found, delimiter.len()))
}

/// Most positions that are worth finding: more would not fit with what is made of them.
pub(super) fn places(cx: &Cx<'_>) -> usize {
    (cx.room() / size_of::<usize>()).saturating_add(1)
}

fn between(text: &[u8], delimiters: &Positions, length: usize) -> Array {
    let mut parts = Vec::with_capacity(delimiters.len() + 1);
    let mut start = 0;
    for at in delimiters {
        parts.push(Value::string(&text[start..*at]));
        start = at + length;
    }
    parts.push(Value::string(&text[start..]));
    Array::from(parts)
}

fn single_bytes(text: &[u8], limit: f64, most: usize) -> Array {
    let cut = text.len().saturating_sub(most);
    let (head, tail): (&[u8], &[u8]) = match limit {
        limit if limit >= 1.0 => text.split_at(most.min(text.len())),
        limit if limit <= -1.0 => text.split_at(cut),
        _ => (text, &[]),
    };
    let bytes = |part: &[u8]| part.chunks(1).map(Value::string).collect::<Vec<_>>();
    let whole = |part: &[u8]| if part.is_empty() { Vec::new() } else { vec![Value::string(part)] };
    let parts = if limit <= -1.0 { [whole(head), bytes(tail)] } else { [bytes(head), whole(tail)] };
    parts.concat().into_iter().collect()
}

/// A string whose bytes were changed one by one.
#[inline]
pub(super) fn mapped(text: &Str, change: impl Fn(&mut [u8])) -> Value {
    if text.len() > ON_STACK {
        let mut bytes = text.to_vec();
        change(&mut bytes);
        return if bytes[..] == text[..] { text.clone().into() } else { bytes.into() };
    }
    let mut room = [0; ON_STACK];
    let bytes = &mut room[..text.len()];
    bytes.copy_from_slice(text);
    change(bytes);
    if bytes[..] == text[..] { text.clone().into() } else { Value::from(&*bytes) }
}

/// What remains without leading and trailing characters of a set, white space unless given.
#[inline]
pub(super) fn kept(text: &[u8], characters: Option<&[u8]>) -> Range<usize> {
    match characters {
        None => without(text, |byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
        Some(set) => without(text, |byte| !set.contains(&byte)),
    }
}

fn without(text: &[u8], stays: impl Fn(u8) -> bool) -> Range<usize> {
    let start = text.iter().position(|byte| stays(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| stays(*byte)).map_or(start, |at| at + 1);
    start..end
}

/// A part of a string; all of it is the string itself.
#[inline]
pub(super) fn part(text: &Str, kept: Range<usize>) -> Value {
    if kept.len() == text.len() { text.clone().into() } else { Value::from(&text[kept]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_changes_at_any_length() {
        for length in [0, 1, 7, 8, 15, 16, 127, 128, 129, 1000] {
            let text: Vec<u8> = (0..length).map(|at| (at % 256) as u8).collect();
            let lower = mapped(&Str::from(&text[..]), <[u8]>::make_ascii_lowercase).to_text();
            assert_eq!(&lower[..], text.to_ascii_lowercase());
            let upper = mapped(&lower, <[u8]>::make_ascii_uppercase).to_text();
            assert_eq!(&upper[..], text.to_ascii_uppercase());
        }
    }

    #[test]
    fn what_does_not_change_is_the_same_string() {
        for length in [30, 300] {
            let text = Str::from(&b"a".repeat(length)[..]);
            let same = |value: Value| assert_eq!(value.to_text().as_ptr(), text.as_ptr());
            same(mapped(&text, <[u8]>::make_ascii_lowercase));
            same(part(&text, kept(&text, None)));
        }
    }

    #[test]
    fn sets_are_bytes() {
        let strip = |text: &'static [u8], set| &text[kept(text, set)];
        assert_eq!(strip(b"\0a\0", None), b"\0a\0");
        assert_eq!(strip(b"\0\xffa\xff", Some(b"\xff\0")), b"a");
        assert_eq!(strip(b" \t\r\n", None), b"");
        assert_eq!(strip(b"aa", Some(b"")), b"aa");
    }
}
