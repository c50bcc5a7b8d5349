//! Comments, which `serde_json` does not know.

use std::borrow::Cow;

use crate::Fault;

/// The text with a blank for each byte of its comments, so that all places stay.
///
/// # Errors
/// A comment without an end.
pub(crate) fn blanked(text: &str) -> Result<Cow<'_, str>, Fault> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr2(b'"', b'/', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            at = behind_string(bytes, at);
            continue;
        }
        let Some(end) = end_of_comment(bytes, at)? else {
            at += 1;
            continue;
        };
        out.push_str(&text[copied..at]);
        out.extend(bytes[at..end].iter().map(|byte| if *byte == b'\n' { '\n' } else { ' ' }));
        (at, copied) = (end, end);
    }
    if copied == 0 {
        return Ok(Cow::Borrowed(text));
    }
    out.push_str(&text[copied..]);
    Ok(Cow::Owned(out))
}

/// Behind the string that begins here; the end of the text when it does not end.
fn behind_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &text[at.min(text.len())..]) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// Behind the comment that begins here, if one does.
fn end_of_comment(text: &[u8], at: usize) -> Result<Option<usize>, Fault> {
    let rest = &text[at..];
    if rest.starts_with(b"//") {
        return Ok(Some(at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())));
    }
    if !rest.starts_with(b"/*") {
        return Ok(None);
    }
    let end = memchr::memmem::find(&rest[2..], b"*/").map(|end| at + 2 + end + 2);
    let open = || Fault { at, message: "this comment is not closed".to_owned() };
    end.ok_or_else(open).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_blanks_and_places_stay() {
        for (text, expect) in [
            ("[1] // é\n", "[1]      \n"),
            ("/* a\nb */1", "    \n    1"),
            ("\"/*\\\"//\" /**/", "\"/*\\\"//\"     "),
            ("\"//", "\"//"),
            ("\"\\", "\"\\"),
            ("1 / 2", "1 / 2"),
            ("/", "/"),
        ] {
            assert_eq!(blanked(text).unwrap(), expect);
        }
        assert_eq!(blanked("1 /*/").unwrap_err().at, 2);
    }
}
