//! Writing header fields.
//!
//! *Invariants.* A written field is exactly one field: a CR or LF appears only before a blank that
//! continues it, and no continuation line is blank.
//!
//! *Sources.* RFC 5322 §2.1.1 and §2.2.3.

use crate::encoded_word;

/// Where lines are folded (RFC 5322 §2.1.1).
pub(crate) const LINE: usize = 78;

/// Why a field cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Names are printable ASCII without colon and blanks.
    #[error("not a header field name")]
    Name,
    /// A line break in the value is not followed by a blank and text.
    #[error("the value would start a new header field or end the header")]
    Value,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Line breaks become blanks, text beyond ASCII becomes encoded words, long lines are folded.
    Encoded,
    /// As it is; its own folds are kept.
    Verbatim,
}

/// The bytes of a field with its line end.
pub(crate) fn write(name: &str, value: &[u8], written: Written) -> Result<Vec<u8>, FieldError> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
        return Err(FieldError::Name);
    }
    let mut field = format!("{name}:").into_bytes();
    match written {
        Written::Encoded => fold(&mut field, &encoded_word::encode(&one_line(value))),
        Written::Verbatim => {
            field.push(b' ');
            field.extend_from_slice(&keep_folds(value)?);
        }
    }
    field.extend_from_slice(b"\r\n");
    Ok(field)
}

/// Runs of line breaks and NUL become one blank.
fn one_line(value: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(value.len());
    for part in value.split(|b| matches!(b, b'\r' | b'\n' | 0)).filter(|part| !part.is_empty()) {
        if !line.is_empty() && !part.starts_with(b" ") {
            line.push(b' ');
        }
        line.extend_from_slice(part);
    }
    line.trim_ascii().to_vec()
}

/// Puts words on lines, breaking before a blank that is followed by text.
fn fold(field: &mut Vec<u8>, text: &[u8]) {
    let mut column = field.len();
    for word in text.split(|&b| b == b' ') {
        let first = field.ends_with(b":");
        if !first && !word.is_empty() && column + 1 + word.len() > LINE {
            // Blanks at the end of a line would vanish with the next one that folds.
            field.extend_from_slice(b"\r\n");
            column = 0;
        }
        field.push(b' ');
        field.extend_from_slice(word);
        column += 1 + word.len();
    }
}

/// Checks that each line break is a fold, and writes it as CRLF.
fn keep_folds(value: &[u8]) -> Result<Vec<u8>, FieldError> {
    let mut text = Vec::with_capacity(value.len());
    for (at, line) in value.split(|&b| b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let continues = matches!(line.first(), Some(b' ' | b'\t'));
        let blank = line.trim_ascii().is_empty();
        if line.contains(&b'\r') || line.contains(&0) || at > 0 && (!continues || blank) {
            return Err(FieldError::Value);
        }
        if at > 0 {
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(line);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;
    use proptest::prelude::*;

    fn encoded(value: &str) -> String {
        String::from_utf8(write("X", value.as_bytes(), Written::Encoded).unwrap()).unwrap()
    }

    #[test]
    fn values_cannot_start_another_field() {
        assert_eq!(encoded("a\r\nBcc: b\n\n\0c"), "X: a Bcc: b c\r\n");
        for value in ["a\nBcc: b", "a\r\n\r\n b", "a\r\n \r\n b", "a\rb", "a\n", "a\0"] {
            assert_eq!(write("X", value.as_bytes(), Written::Verbatim), Err(FieldError::Value));
        }
        for name in ["", "a b", "a:", "a\r\nb", "é"] {
            assert_eq!(write(name, b"", Written::Encoded), Err(FieldError::Name), "{name}");
        }
    }

    #[test]
    fn verbatim_values_keep_their_folds() {
        let field = write("X", b"a\n\tb\r\n c", Written::Verbatim).unwrap();
        assert_eq!(field, b"X: a\r\n\tb\r\n c\r\n");
    }

    #[test]
    fn long_values_are_folded_at_blanks() {
        let field = encoded(&"word ".repeat(40));
        assert!(field.lines().all(|line| line.len() <= LINE), "{field}");
        assert!(field.matches("\r\n ").count() >= 2, "{field}");
    }

    proptest! {
        #[test]
        fn a_written_field_is_one_field(
            value in proptest::collection::vec(any::<u8>(), 0..300),
            verbatim: bool,
        ) {
            let written = if verbatim { Written::Verbatim } else { Written::Encoded };
            if let Ok(mut field) = write("X-Name", &value, written) {
                let length = field.len();
                field.extend_from_slice(b"Next: 1\r\n\r\n");
                let all: Vec<_> = fields(&field).map(|f| (f.name.to_vec(), f.range)).collect();
                let next = length..length + 9;
                prop_assert_eq!(all, [(b"X-Name".to_vec(), 0..length), (b"Next".to_vec(), next)]);
            }
        }

        #[test]
        fn encoded_text_reads_back(value in "[ -~äöü€]{0,200}") {
            let field = write("X", value.as_bytes(), Written::Encoded).unwrap();
            let read = fields(&field).next().map(|f| f.unfolded()).unwrap_or_default();
            let expected = value.trim();
            prop_assert_eq!(
                String::from_utf8(encoded_word::decode(&read)).unwrap(),
                expected,
            );
        }
    }
}
