//! Text of dialogue files.

/// Undoes `\r \n \t \0 \\ \xHH` and `{text*n}`.
pub(crate) fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((repeated, tail)) = repetition(rest) {
            out.extend(repeated);
            rest = tail;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            out.extend_from_slice(c.to_string().as_bytes());
            continue;
        }
        let (byte, length) = match rest.as_bytes().first() {
            Some(b'r') => (b'\r', 1),
            Some(b'n') => (b'\n', 1),
            Some(b't') => (b'\t', 1),
            Some(b'0') => (0, 1),
            Some(b'x') => (u8::from_str_radix(&rest[1..3], 16).expect("hex"), 3),
            _ => (b'\\', 1),
        };
        out.push(byte);
        rest = &rest[length..];
    }
    out
}

/// `{text*n}` at the start, with what follows.
fn repetition(text: &str) -> Option<(Vec<u8>, &str)> {
    let (inner, tail) = text.strip_prefix('{')?.split_once('}')?;
    let (unit, count) = inner.rsplit_once('*')?;
    Some((unescape(unit).repeat(count.parse().ok()?), tail))
}

/// Whether a text fits a pattern in which `*` stands for anything.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|tail| {
            (0..=tail.len())
                .filter(|&at| tail.is_char_boundary(at))
                .any(|at| glob(rest, &tail[at..]))
        }),
    }
}
