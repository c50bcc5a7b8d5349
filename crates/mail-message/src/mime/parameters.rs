//! Values with parameters: `Content-Type` and `Content-Disposition`.
//!
//! *Invariants.* Any bytes give a value; what follows no rule is skipped.
//!
//! *Sources.* RFC 2045 §5.1, RFC 2183, RFC 2231 §3 to §5.

use crate::charset::to_utf8;
use crate::encoded_word;

/// Most parameters that are read.
const MOST: usize = 200;

/// A value and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameterized {
    /// In lower case, without blanks and comments.
    pub(crate) value: Vec<u8>,
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Parameterized {
    /// The value of a parameter; names ignore case. Split and encoded ones are put together.
    pub(crate) fn parameter(&self, name: &str) -> Option<&[u8]> {
        let named = |(n, _): &&(Vec<u8>, Vec<u8>)| n.eq_ignore_ascii_case(name.as_bytes());
        self.parameters.iter().find(named).map(|(_, value)| &value[..])
    }

    /// The value of a parameter as text: many programs write encoded words there.
    pub(crate) fn text(&self, name: &str) -> Option<Vec<u8>> {
        self.parameter(name).map(encoded_word::decode)
    }
}

/// Reads the value of a field.
pub(crate) fn parse(value: &[u8]) -> Parameterized {
    let mut scanner = Scanner(value);
    let mut text = scanner.token(b";");
    text.make_ascii_lowercase();
    let mut raw: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    while scanner.next_parameter() && raw.len() < MOST {
        let name = scanner.token(b"=;").to_ascii_lowercase();
        if scanner.0.first() == Some(&b'=') {
            scanner.0 = &scanner.0[1..];
            let value = scanner.value();
            if !name.is_empty() && !raw.iter().any(|(known, _)| *known == name) {
                raw.push((name, value));
            }
        }
    }
    Parameterized { value: text, parameters: join(raw) }
}

struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    /// Skips to the next parameter, past its semicolon.
    fn next_parameter(&mut self) -> bool {
        while let Some((first, rest)) = self.0.split_first() {
            if *first == b';' {
                self.0 = rest;
                return true;
            }
            self.one();
        }
        false
    }

    /// Skips one byte, comment or quoted string.
    fn one(&mut self) {
        match self.0.first() {
            Some(b'(') => self.comment(),
            Some(b'"') => _ = self.quoted(),
            Some(_) => self.0 = &self.0[1..],
            None => {}
        }
    }

    fn comment(&mut self) {
        let (mut depth, mut at) = (0usize, 0);
        while let Some(byte) = self.0.get(at) {
            at += 1;
            match byte {
                b'\\' => at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.0 = self.0.get(at..).unwrap_or_default();
    }

    fn quoted(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut at = 1;
        while let Some(&byte) = self.0.get(at) {
            at += 1;
            match byte {
                b'"' => break,
                // Some programs write paths with single backslashes; only these escape.
                b'\\' if matches!(self.0.get(at), Some(b'"' | b'\\')) => {
                    text.push(self.0[at]);
                    at += 1;
                }
                b'\r' | b'\n' => {}
                byte => text.push(byte),
            }
        }
        self.0 = self.0.get(at..).unwrap_or_default();
        text
    }

    /// Text up to one of the ends, without blanks and comments.
    fn token(&mut self, ends: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        while let Some(&byte) = self.0.first().filter(|byte| !ends.contains(byte)) {
            if byte == b'(' {
                self.comment();
                continue;
            }
            if !byte.is_ascii_whitespace() {
                text.push(byte);
            }
            self.0 = &self.0[1..];
        }
        text
    }

    /// A quoted string, or text up to the semicolon: blanks inside are kept, as they are common in
    /// names of files that should have been quoted.
    fn value(&mut self) -> Vec<u8> {
        self.0 = self.0.trim_ascii_start();
        if self.0.first() == Some(&b'"') {
            return self.quoted();
        }
        let end = memchr::memchr2(b';', b'(', self.0).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        text.trim_ascii().iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect()
    }
}

/// Puts split parameters together and decodes encoded ones.
fn join(raw: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<(Vec<u8>, Vec<u8>)> {
    if !raw.iter().any(|(name, _)| name.contains(&b'*')) {
        return raw;
    }
    let mut joined: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for (name, value) in &raw {
        let base = name.split(|&b| b == b'*').next().unwrap_or_default();
        if joined.iter().any(|(known, _)| known == base) {
            continue;
        }
        // The encoded form counts where both are there (RFC 6266 §4.3 for the same syntax).
        let extended = extended(base, &raw).unwrap_or_else(|| value.clone());
        joined.push((base.to_vec(), extended));
    }
    joined
}

fn extended(base: &[u8], raw: &[(Vec<u8>, Vec<u8>)]) -> Option<Vec<u8>> {
    let find = |suffix: &str| {
        let name = [base, suffix.as_bytes()].concat();
        raw.iter().find(|(known, _)| *known == name).map(|(_, value)| &value[..])
    };
    if let Some(value) = find("*") {
        let (charset, text) = split_charset(value);
        return Some(decoded(charset, percent(text)));
    }
    let (mut charset, mut bytes) = (None, Vec::new());
    for number in 0..MOST {
        if let Some(mut text) = find(&format!("*{number}*")) {
            if number == 0 {
                (charset, text) = split_charset(text);
            }
            bytes.extend(percent(text));
        } else if let Some(text) = find(&format!("*{number}")) {
            bytes.extend_from_slice(text);
        } else if number == 0 {
            return None;
        } else {
            break;
        }
    }
    Some(decoded(charset, bytes))
}

/// `charset'language'text`
fn split_charset(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut quotes = memchr::memchr_iter(b'\'', value);
    match (quotes.next(), quotes.next()) {
        (Some(first), Some(second)) => (Some(&value[..first]), &value[second + 1..]),
        _ => (None, value),
    }
}

fn decoded(charset: Option<&[u8]>, bytes: Vec<u8>) -> Vec<u8> {
    charset.and_then(|charset| to_utf8(charset, &bytes)).unwrap_or(bytes)
}

fn percent(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Writes a parameter with the semicolon before it: as it is, quoted, or encoded (RFC 2231).
pub(crate) fn write(name: &str, value: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(byte);
    if value.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        if !value.is_empty() && value.iter().all(plain) {
            return [b"; ", name.as_bytes(), b"=", value].concat();
        }
        let mut out = [b"; ", name.as_bytes(), b"=\""].concat();
        for &byte in value {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
        return out;
    }
    let charset = if std::str::from_utf8(value).is_ok() { "utf-8" } else { "iso-8859-1" };
    let mut encoded = Vec::new();
    for &byte in value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)) {
        match plain(&byte) {
            true => encoded.push(char::from(byte).to_string()),
            false => encoded.push(format!("%{byte:02X}")),
        }
    }
    pieces(name, charset, &encoded)
}

/// RFC 2231 §3: long values are split, so that lines can be folded between them.
fn pieces(name: &str, charset: &str, encoded: &[String]) -> Vec<u8> {
    const PIECE: usize = 54;
    if encoded.iter().map(String::len).sum::<usize>() <= PIECE {
        return format!("; {name}*={charset}''{}", encoded.concat()).into_bytes();
    }
    let (mut out, mut number, mut room) = (String::new(), 0, 0);
    for text in encoded {
        if text.len() > room {
            let intro = if number == 0 { format!("{charset}''") } else { String::new() };
            out += &format!("; {name}*{number}*={intro}");
            (number, room) = (number + 1, PIECE);
        }
        out += text;
        room -= text.len();
    }
    out.into_bytes()
}
