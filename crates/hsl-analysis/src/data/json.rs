//! The `json` loader: JSON (RFC 8259) with `//` and `/* */` comments.

use std::sync::Arc;

use diagnostics::Span;

use super::{DataError, Datum};

/// Nesting that no configuration reaches and that keeps the stack shallow.
const DEPTH: usize = 128;

pub(super) fn decode(text: &[u8]) -> Result<Datum, DataError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip()?;
    if reader.at < text.len() {
        return Err(reader.fault("expected the end of the file"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn fault(&self, message: &str) -> DataError {
        let end = (self.at + 1).min(self.text.len());
        DataError::Content { at: Span::new(self.at, end), message: message.to_owned() }
    }

    fn take(&mut self, word: &[u8]) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// White space and comments.
    fn skip(&mut self) -> Result<(), DataError> {
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
                self.at += 1;
            }
            let rest = &self.text[self.at..];
            let length = if rest.starts_with(b"//") {
                rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                let end = rest.windows(2).skip(2).position(|w| w == b"*/");
                end.map(|at| at + 4).ok_or_else(|| self.fault("this comment is not closed"))?
            } else {
                return Ok(());
            };
            self.at += length;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Datum, DataError> {
        self.skip()?;
        if depth > DEPTH {
            return Err(self.fault("the data is nested too deeply"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Datum::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.take(b"true") => Ok(Datum::Boolean(true)),
            _ if self.take(b"false") => Ok(Datum::Boolean(false)),
            _ if self.take(b"null") => Ok(Datum::None),
            _ => Err(self.fault("expected a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Datum, DataError> {
        let mut elements = Vec::new();
        self.at += 1;
        self.skip()?;
        if self.take(b"}") {
            return Ok(Datum::Array(elements));
        }
        loop {
            self.skip()?;
            if self.peek() != Some(b'"') {
                return Err(self.fault("expected a key in double quotes"));
            }
            let key = self.string()?;
            self.skip()?;
            if !self.take(b":") {
                return Err(self.fault("expected `:`"));
            }
            elements.push((Some(key), self.value(depth + 1)?));
            if !self.more(b"}", "expected `,` or `}`")? {
                return Ok(Datum::Array(elements));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Datum, DataError> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip()?;
        if self.take(b"]") {
            return Ok(Datum::list(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.more(b"]", "expected `,` or `]`")? {
                return Ok(Datum::list(items));
            }
        }
    }

    /// After an element: whether another follows.
    fn more(&mut self, end: &[u8], expected: &str) -> Result<bool, DataError> {
        self.skip()?;
        if self.take(b",") {
            return Ok(true);
        }
        if self.take(end) { Ok(false) } else { Err(self.fault(expected)) }
    }

    fn number(&mut self) -> Result<Datum, DataError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        let exponent = digits.starts_with("0e") || digits.starts_with("0E");
        let whole = digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.');
        let value = text.parse().ok().filter(|_| whole && (!padded || exponent));
        value.map(Datum::Number).ok_or_else(|| DataError::Content {
            at: Span::new(start, self.at),
            message: "this is not a JSON number".to_owned(),
        })
    }

    fn string(&mut self) -> Result<Arc<[u8]>, DataError> {
        let mut out = Vec::new();
        self.at += 1;
        loop {
            match self.peek() {
                None | Some(b'\n') => return Err(self.fault("this string is not closed")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.into());
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(byte) => {
                    out.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), DataError> {
        let plain = match self.text.get(self.at + 1) {
            Some(b @ (b'"' | b'\\' | b'/')) => *b,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(out),
            _ => return Err(self.fault("this escape is not known to JSON")),
        };
        out.push(plain);
        self.at += 2;
        Ok(())
    }

    fn unicode(&mut self, out: &mut Vec<u8>) -> Result<(), DataError> {
        let first = self.unit()?;
        let low = if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            Some(self.unit()?)
        } else {
            None
        };
        let units = std::iter::once(first).chain(low);
        for c in char::decode_utf16(units) {
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Ok(())
    }

    fn unit(&mut self) -> Result<u16, DataError> {
        let digits = self.text.get(self.at + 2..self.at + 6);
        let digits = digits.and_then(|d| std::str::from_utf8(d).ok());
        let digits = digits.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u16::from_str_radix(d, 16).ok());
        let unit =
            unit.ok_or_else(|| self.fault("expected four hexadecimal digits after `\\u`"))?;
        self.at += 6;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_comments() {
        let text = br#"{ // c
            "a": [1, -2.5e1, true, null], /* d */ "b": "x\n\u00e9\ud83d\ude00" }"#;
        let value = decode(text).unwrap();
        assert_eq!(value.get("b"), Some(&Datum::text("x\né😀")));
        let items = [Datum::Number(1.0), Datum::Number(-25.0), Datum::Boolean(true), Datum::None];
        assert_eq!(value.get("a"), Some(&Datum::list(items)));
    }

    #[test]
    fn faults_have_places() {
        let place = |text: &str| match decode(text.as_bytes()) {
            Err(DataError::Content { at, message }) => format!("{} {message}", at.start),
            other => format!("{other:?}"),
        };
        assert_eq!(place("[1, }"), "4 expected a value");
        assert_eq!(place("{\"a\" 1}"), "5 expected `:`");
        assert_eq!(place("[1] x"), "4 expected the end of the file");
        assert_eq!(place("01"), "0 this is not a JSON number");
        assert_eq!(place("\"\\q\""), "1 this escape is not known to JSON");
        assert_eq!(place("/* x"), "0 this comment is not closed");
        assert_eq!(place(&"[".repeat(9000)), "129 the data is nested too deeply");
    }
}
