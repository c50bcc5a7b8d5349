//! Parts of strings.

use std::ops::Range;

use hsl_vm::{Array, Cx, Str, Thrown, Value};

use super::find::{Positions, occurrences, position};

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
    let ends = delimiters.iter().copied().chain([text.len()]);
    let mut start = 0;
    Array::list(ends.map(|end| {
        let part = &text[start..end];
        start = end + length;
        part
    }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_bytes() {
        let strip = |text: &'static [u8], set| &text[kept(text, set)];
        assert_eq!(strip(b"\0a\0", None), b"\0a\0");
        assert_eq!(strip(b"\0\xffa\xff", Some(b"\xff\0")), b"a");
        assert_eq!(strip(b" \t\r\n", None), b"");
        assert_eq!(strip(b"aa", Some(b"")), b"aa");
    }
}
