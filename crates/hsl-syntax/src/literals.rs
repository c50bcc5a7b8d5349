//! The values that literals write.

use std::borrow::Cow;

/// What a number literal breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// A second point (`1.2.3`).
    Points,
    /// An underscore that does not stand between two digits.
    Underscore,
    /// A byte that is no digit of the radix, at this offset.
    Digit(usize),
    /// A prefix without digits (`0x`).
    Empty,
}

/// The value of a number literal; decimal values are the nearest double, integers of another radix
/// beyond 2^53 are rounded.
///
/// # Errors
/// [`NumberFault`] for text that the language does not accept as a number.
pub fn checked_number(text: &[u8]) -> Result<f64, NumberFault> {
    match text {
        [b'0', b'x', digits @ ..] => radix(digits, 16),
        [b'0', b'o', digits @ ..] => radix(digits, 8),
        [b'0', b'b', digits @ ..] => radix(digits, 2),
        _ => decimal(text),
    }
}

/// The value of a number literal of a text without errors; 0 for other text.
pub fn number(text: &[u8]) -> f64 {
    checked_number(text).unwrap_or_default()
}

fn radix(digits: &[u8], radix: u32) -> Result<f64, NumberFault> {
    if digits.is_empty() {
        return Err(NumberFault::Empty);
    }
    check_underscores(digits)?;
    let mut value = 0.0;
    for (at, byte) in digits.iter().enumerate().filter(|(_, byte)| **byte != b'_') {
        let digit = char::from(*byte).to_digit(radix).ok_or(NumberFault::Digit(at + 2))?;
        value = value * f64::from(radix) + f64::from(digit);
    }
    Ok(value)
}

/// As many decimal digits always are a number that a double holds exactly.
const EXACT_DIGITS: usize = 15;

fn decimal(text: &[u8]) -> Result<f64, NumberFault> {
    if (1..=EXACT_DIGITS).contains(&text.len()) && text.iter().all(u8::is_ascii_digit) {
        let value = text.iter().fold(0, |value: u64, digit| value * 10 + u64::from(digit - b'0'));
        return Ok(value as f64);
    }
    let mut parts = text.split(|byte| *byte == b'.');
    let mut at = 0;
    for part in parts.by_ref().take(2) {
        if let Some(bad) = part.iter().position(|b| !b.is_ascii_digit() && *b != b'_') {
            return Err(NumberFault::Digit(at + bad));
        }
        check_underscores(part)?;
        at += part.len() + 1;
    }
    if parts.next().is_some() {
        return Err(NumberFault::Points);
    }
    let digits: String = text.iter().filter(|b| **b != b'_').map(|b| char::from(*b)).collect();
    digits.parse().map_err(|_| NumberFault::Empty)
}

fn check_underscores(digits: &[u8]) -> Result<(), NumberFault> {
    let between = |i: usize| {
        let side = |j: usize| digits.get(j).is_some_and(|b| *b != b'_');
        i > 0 && side(i - 1) && side(i + 1)
    };
    match digits.iter().enumerate().find(|(i, b)| **b == b'_' && !between(*i)) {
        Some(_) => Err(NumberFault::Underscore),
        None => Ok(()),
    }
}

/// The bytes that a piece of a double-quoted string stands for: escapes are replaced, an unknown
/// escape keeps its backslash. Interpolations must have been cut out.
pub fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let (byte, length) = if *first == b'\\' { escape(rest) } else { (*first, 1) };
        out.push(byte);
        rest = if length == 1 { after } else { &rest[length..] };
    }
    Cow::Owned(out)
}

/// The byte of the escape that `text` begins with, and its length.
fn escape(text: &[u8]) -> (u8, usize) {
    let hex = |byte: &u8| char::from(*byte).to_digit(16);
    match text {
        [_, same @ (b'\\' | b'"' | b'$'), ..] => (*same, 2),
        [_, b'n', ..] => (b'\n', 2),
        [_, b'r', ..] => (b'\r', 2),
        [_, b't', ..] => (b'\t', 2),
        [_, b'x', high, low, ..] => match (hex(high), hex(low)) {
            (Some(high), Some(low)) => ((high * 16 + low) as u8, 4),
            _ => (b'\\', 1),
        },
        _ => (b'\\', 1),
    }
}

/// The text of a dump or literal that stands for these bytes in double quotes.
pub fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' | b'$' => out.extend([b'\\', *byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0..0x20 | 0x7f => out.extend(format!("\\x{byte:02x}").bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers() {
        for (text, value) in [
            ("7.0", 7.0),
            ("0x1F", 31.0),
            ("0o17", 15.0),
            ("0b1010_0001", 161.0),
            ("86_400", 86400.0),
            ("1_0.2_5", 10.25),
            ("007", 7.0),
        ] {
            assert_eq!(checked_number(text.as_bytes()), Ok(value), "{text}");
        }
    }

    #[test]
    fn faults_of_numbers() {
        use NumberFault::*;
        for (text, fault) in [
            ("1.2.3", Points),
            ("1__0", Underscore),
            ("1_", Underscore),
            ("1_.5", Underscore),
            ("0x_1", Underscore),
            ("1a", Digit(1)),
            ("0xfg", Digit(3)),
            ("0b12", Digit(3)),
            ("1.5e3", Digit(3)),
            ("0x", Empty),
            ("0x1.5", Digit(3)),
        ] {
            assert_eq!(checked_number(text.as_bytes()), Err(fault), "{text}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(&*unescape(br#"a\tb\x41\"\\\$x"#), b"a\tbA\"\\$x");
        assert_eq!(&*unescape(br"\q\x4\"), br"\q\x4\");
    }

    proptest! {
        #[test]
        fn quoted_text_is_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let quoted = quote(&bytes);
            prop_assert_eq!(&*unescape(&quoted[1..quoted.len() - 1]), &bytes[..]);
            prop_assert!(crate::parse([&b"echo "[..], &quoted[..], &b";"[..]].concat()).errors.is_empty());
        }
    }
}
