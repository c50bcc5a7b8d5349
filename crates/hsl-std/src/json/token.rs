//! Strings, keys and numbers of JSON.

use hsl_vm::{Key, Value, scaled};

use super::read::Reader;
use super::scan::verbatim;

/// Digits that always fit into 64 bits.
const DIGITS: usize = 19;

/// The bytes between the quotes of a string.
enum Content<'a> {
    /// They stand for themselves.
    Verbatim(&'a [u8]),
    /// They hold escapes; what they mean is in [`Reader::unescaped`].
    Unescaped,
}

/// What a byte means as a hexadecimal digit; beyond all of them if it is none.
const DIGIT: [u32; 256] = {
    let mut all = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        all[b"0123456789abcdef"[value] as usize] = value as u32;
        all[b"0123456789ABCDEF"[value] as usize] = value as u32;
        value += 1;
    }
    all
};

/// So large that it shows in a number of four digits at each place.
const NO_DIGIT: u32 = 0x1_0000;

/// The number of four hexadecimal digits.
#[inline]
fn four_digits(digits: [u8; 4]) -> Option<u16> {
    let [a, b, c, d] = digits.map(|byte| DIGIT[usize::from(byte)]);
    u16::try_from(a << 12 | b << 8 | c << 4 | d).ok()
}

impl<'a> Reader<'a> {
    /// Reads a string as a value.
    pub(super) fn string(&mut self) -> Option<()> {
        let value = match self.content()? {
            Content::Verbatim(text) => Value::from(text),
            Content::Unescaped => Value::from(&self.unescaped[..]),
        };
        self.values.push(value);
        Some(())
    }

    /// Reads a string as a key.
    pub(super) fn key(&mut self) -> Option<()> {
        let key = match self.content()? {
            Content::Verbatim(text) => Key::text(text),
            Content::Unescaped => Key::text(&self.unescaped),
        };
        self.keys.push(key);
        Some(())
    }

    /// Reads a string.
    #[inline]
    fn content(&mut self) -> Option<Content<'a>> {
        self.eat(b'"')?;
        let start = self.at;
        self.at += verbatim(&self.text[start..]);
        if self.eat(b'"').is_some() {
            return Some(Content::Verbatim(&self.text[start..self.at - 1]));
        }
        self.unescaped.clear();
        self.unescaped.extend_from_slice(&self.text[start..self.at]);
        self.unescape().map(|()| Content::Unescaped)
    }

    fn unescape(&mut self) -> Option<()> {
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
            self.units();
            // What is not such an escape is looked at above.
            if self.peek() == Some(b'\\') {
                continue;
            }
            let rest = &self.text[self.at..];
            let run = verbatim(rest);
            self.unescaped.extend_from_slice(&rest[..run]);
            self.at += run;
        }
    }

    /// Reads the characters that stand here as one escape each: those of other alphabets come in a row.
    fn units(&mut self) {
        while let Some([b'\\', b'u', digits @ ..]) = self.text[self.at..].first_chunk::<6>() {
            let Some(unit) = four_digits(*digits) else { return };
            let [high, low] = [unit >> 6, unit & 0x3f].map(|bits| bits as u8);
            match unit {
                0..0x80 => self.unescaped.push(unit as u8),
                0x80..0x800 => self.unescaped.extend_from_slice(&[0xc0 | high, 0x80 | low]),
                // Half of a pair.
                0xd800..0xe000 => return,
                _ => {
                    let first = 0xe0 | (unit >> 12) as u8;
                    self.unescaped.extend_from_slice(&[first, 0x80 | high & 0x3f, 0x80 | low]);
                }
            }
            self.at += 6;
        }
    }

    fn escape(&mut self) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = self.unicode()?;
                self.unescaped.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        };
        self.unescaped.push(plain);
        Some(())
    }

    /// A character, of which those beyond 16 bits are written as two halves.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.eat(b'\\')?;
        self.eat(b'u')?;
        let second = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text[self.at..].first_chunk()?;
        self.at += 4;
        four_digits(*digits).map(u32::from)
    }

    /// Reads a number. One of few digits is their whole number times a power of ten; what that does not
    /// give exactly is read the general way.
    pub(super) fn number(&mut self) -> Option<()> {
        let start = self.at;
        let negative = self.eat(b'-').is_some();
        let (mut digits, first) = (0, self.at);
        if self.eat(b'0').is_none() {
            self.digits(&mut digits)?;
        }
        let mut count = self.at - first;
        let mut exponent = 0_i32;
        if self.eat(b'.').is_some() {
            let point = self.at;
            self.digits(&mut digits)?;
            count += self.at - point;
            exponent = -((self.at - point) as i32);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            exponent = exponent.saturating_add(self.exponent()?);
        }
        let short = if count <= DIGITS { scaled(digits, exponent) } else { None };
        let number = match short {
            Some(number) => number.copysign(if negative { -1.0 } else { 1.0 }),
            None => std::str::from_utf8(&self.text[start..self.at]).ok()?.parse().ok()?,
        };
        self.values.push(Value::number(number));
        Some(())
    }

    fn exponent(&mut self) -> Option<i32> {
        self.at += 1;
        let negative = self.eat(b'-').is_some();
        if !negative {
            let _ = self.eat(b'+');
        }
        let (mut digits, first) = (0, self.at);
        self.digits(&mut digits)?;
        // One that does not fit is far beyond what is exact.
        let size = if self.at - first <= DIGITS { digits } else { u64::MAX };
        let size = i32::try_from(size).unwrap_or(i32::MAX);
        Some(if negative { -size } else { size })
    }

    /// Reads at least one digit.
    #[inline]
    fn digits(&mut self, number: &mut u64) -> Option<()> {
        let start = self.at;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            // Wraps for numbers that are read the general way.
            *number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
