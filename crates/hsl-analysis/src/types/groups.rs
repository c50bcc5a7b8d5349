//! The groups of a regular expression, as the keys of what a match gives.
//!
//! *Sources.* The language reference, section 9; pcre2pattern(3), "Capture groups".

use std::sync::Arc;

use super::array::{Array, Field, Key};
use super::ty::Type;

/// What a match of a pattern gives: each group by number, named ones by name too; nothing when the
/// pattern does not match.
pub(super) fn matched(pattern: &[u8]) -> Array {
    let text = || Type::STRING.or_missing();
    let field = |key: Key| Field { key, ty: text(), optional: true, decl: None };
    let mut fields = vec![field(Key::Number(0))];
    for (at, name) in groups(pattern).into_iter().enumerate() {
        fields.push(field(Key::Number(at as i64 + 1)));
        fields.extend(name.map(|name| field(Key::of_text(&Arc::from(name)))));
    }
    Array { fields, rest: None, is_list: false }
}

/// The capturing groups in order, with their names.
fn groups(pattern: &[u8]) -> Vec<Option<&[u8]>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' if pattern.get(at + 1) == Some(&b'Q') => at = end_of_quote(pattern, at),
            b'\\' => at += 1,
            b'[' => at = end_of_class(pattern, at),
            b'(' => found.extend(group(&pattern[at + 1..])),
            _ => {}
        }
        at += 1;
    }
    found
}

/// The group that begins behind a parenthesis, when it captures.
fn group(rest: &[u8]) -> Option<Option<&[u8]>> {
    let Some(special) = rest.strip_prefix(b"?") else {
        return (!rest.starts_with(b"*")).then_some(None);
    };
    let special = special.strip_prefix(b"P").unwrap_or(special);
    let (open, close) = match special.first()? {
        b'<' => (1, b'>'),
        b'\'' => (1, b'\''),
        _ => return None,
    };
    let name = &special[open..];
    let end = name.iter().position(|byte| *byte == close)?;
    let name = &name[..end];
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    // `(?<=` and `(?<!` look behind and capture nothing.
    is_name.then_some(Some(name))
}

/// Where the last byte of a class stands.
fn end_of_class(pattern: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if pattern.get(at) == Some(&b'^') {
        at += 1;
    }
    // A bracket that comes first closes nothing.
    at += usize::from(pattern.get(at) == Some(&b']'));
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b']' => return at,
            b'[' if pattern.get(at + 1) == Some(&b':') => {
                let end = pattern[at..].windows(2).position(|pair| pair == b":]");
                at += end.map_or(0, |end| end + 1);
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// Where the `\E` of a quote ends.
fn end_of_quote(pattern: &[u8], start: usize) -> usize {
    let end = pattern[start..].windows(2).position(|pair| pair == br"\E");
    end.map_or(pattern.len(), |end| start + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_capture() {
        let shown = |pattern: &str| {
            let names = groups(pattern.as_bytes()).into_iter();
            let name = |name: Option<&[u8]>| name.map(|n| String::from_utf8_lossy(n).into_owned());
            names.map(|n| name(n).unwrap_or("-".into())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("(a)(?:b)(?<name>c)(?P<other>d)(?'third'e)"), "- name other third");
        assert_eq!(shown(r"\((a)[()](?<=x)(?<!y)(?=z)(?i)"), "-");
        assert_eq!(shown(r"[]()](a)[^]()](b)[[:alpha:]()](c)"), "- - -");
        assert_eq!(shown(r"\Q(a)\E(b)(*ACCEPT)"), "-");
        assert_eq!(shown("(((a"), "- - -");
    }
}
