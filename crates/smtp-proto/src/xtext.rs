//! xtext: bytes in the value of a parameter.
//!
//! *Sources.* RFC 3461 §4.

/// Whether a byte stands for itself.
pub fn is_xchar(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && byte != b'+' && byte != b'='
}

/// The text of any bytes.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if is_xchar(*byte) {
            text.push(char::from(*byte));
        } else {
            let digits = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
            text.push('+');
            text.extend(digits.map(char::from));
        }
    }
    text
}

/// The bytes of a text; none for what is not xtext, such as an escape in small letters.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (b'+', [high, low, after @ ..]) => (digit(*high)? << 4 | digit(*low)?, after),
            (byte, after) if is_xchar(*byte) => (*byte, after),
            _ => return None,
        };
        bytes.push(byte);
        rest = after;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_xtext_is_refused() {
        for text in ["a b", "a=b", "+", "+4", "+4g", "+2b", "é", "\r\n"] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(decode(b"a+2Bb+3D").as_deref(), Some(&b"a+b="[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert!(text.bytes().all(|byte| byte == b'+' || is_xchar(byte)));
            prop_assert_eq!(decode(text.as_bytes()), Some(bytes));
        }
    }
}
