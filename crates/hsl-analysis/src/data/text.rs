//! The `txt` loader: the file as a string, or as a list of lines.

use super::{DataError, Datum, flag};

pub(super) fn decode(text: &[u8], options: &Datum) -> Result<Datum, DataError> {
    if !flag(options, "array", false)? {
        return Ok(Datum::text(text));
    }
    Ok(Datum::list(lines(text).map(Datum::text)))
}

/// Lines without CR LF or LF; the end of the file ends the last line.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let some = !text.is_empty();
    let lines = body.split(|b| *b == b'\n').filter(move |_| some);
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_no_line_feeds() {
        let list = |text: &[u8]| lines(text).map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(list(b"one\r\ntwo\n"), [b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(list(b"a\n\nb"), [b"a".to_vec(), b"".to_vec(), b"b".to_vec()]);
        assert!(list(b"").is_empty());
    }
}
