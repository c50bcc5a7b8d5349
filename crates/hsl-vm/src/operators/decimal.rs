//! Numbers as decimal text and back, without the general conversion where a short way is exact.
//!
//! *Invariants*: every short way gives the same bits and bytes as the general conversion, or nothing.

use std::io::Write as _;
use std::ops::Deref;

/// Room for the longest text: a sign, `0.`, five zeros and seventeen digits.
const LONGEST: usize = 32;
/// Whole numbers below this are exact.
const EXACT: u64 = 1 << 53;
/// Powers of ten that are exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Decimals that are tried before a number is written the general way.
const TRIED: usize = 6;
/// `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// The shortest decimal text that reads back to the same number; without exponent from 1e-6 up to
/// 1e21.
pub struct NumberText {
    bytes: [u8; LONGEST],
    start: usize,
    end: usize,
}

impl NumberText {
    /// The text of a number.
    #[inline]
    pub fn new(n: f64) -> Self {
        let whole = n as i64;
        if whole as f64 == n && whole.unsigned_abs() < EXACT {
            let mut text = Self::empty();
            text.push_front(whole.unsigned_abs());
            text.sign(whole < 0);
            return text;
        }
        Self::with_fraction(n).unwrap_or_else(|| Self::general(n))
    }

    /// Filled from the end.
    fn empty() -> Self {
        Self { bytes: [0; LONGEST], start: LONGEST, end: LONGEST }
    }

    fn push_front(&mut self, mut rest: u64) {
        while rest >= 100 {
            self.pair(rest % 100);
            rest /= 100;
        }
        if rest >= 10 {
            self.pair(rest);
        } else {
            self.byte(b'0' + rest as u8);
        }
    }

    fn pair(&mut self, pair: u64) {
        self.start -= 2;
        self.bytes[self.start..self.start + 2].copy_from_slice(&PAIRS[pair as usize]);
    }

    fn byte(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    fn sign(&mut self, negative: bool) {
        if negative {
            self.byte(b'-');
        }
    }

    /// The text of a number with few decimals. Two decimals of at most fifteen digits never stand for
    /// the same number, so the first that reads back is the shortest.
    fn with_fraction(n: f64) -> Option<Self> {
        let size = n.abs();
        if !(1e-3..1e9).contains(&size) {
            return None;
        }
        let decimals = (1..=TRIED).find(|at| {
            let shifted = (size * POWERS[*at]).round();
            shifted / POWERS[*at] == size
        })?;
        let digits = (size * POWERS[decimals]).round() as u64;
        let (whole, mut rest) = (digits / 10_u64.pow(decimals as u32), digits);
        let mut text = Self::empty();
        for _ in 0..decimals {
            text.byte(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        text.byte(b'.');
        text.push_front(whole);
        text.sign(n < 0.0);
        Some(text)
    }

    #[cold]
    fn general(n: f64) -> Self {
        let mut text = Self { bytes: [0; LONGEST], start: 0, end: 0 };
        let mut room = &mut text.bytes[..];
        let written = if n.is_nan() {
            room.write_all(b"nan")
        } else if n.is_infinite() {
            room.write_all(if n > 0.0 { b"inf" } else { b"-inf" })
        } else if (1e-6..1e21).contains(&n.abs()) {
            write!(room, "{n}")
        } else {
            write!(room, "{n:e}")
        };
        debug_assert!(written.is_ok(), "the longest text fits");
        text.end = LONGEST - room.len();
        text
    }
}

/// The digits of a whole number below 10⁸, the first one lowest, and how many they are.
///
/// All eight are found at once: halves, then quarters, then single digits, each in its own part of
/// one word.
#[inline(always)]
pub(crate) fn packed_digits(n: f64) -> Option<(u64, usize)> {
    const LIMIT: f64 = 1e8;
    let whole = n as u32;
    if !(0.0..LIMIT).contains(&n) || f64::from(whole) != n {
        return None;
    }
    let halves = u64::from(whole / 10_000) | u64::from(whole % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
    let pairs = hundreds + ((halves - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens + ((pairs - tens * 10) << 8);
    // Leading zeros are the lowest bytes; the last digit stays also when it is zero.
    let leading = (digits.trailing_zeros() / 8).min(7);
    Some(((digits | 0x3030_3030_3030_3030) >> (8 * leading), 8 - leading as usize))
}

impl Deref for NumberText {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

/// The number `digits * 10^exponent`, when one step of exact numbers gives it.
#[inline]
pub(super) fn scaled(digits: u64, exponent: i32) -> Option<f64> {
    if exponent == 0 {
        return Some(digits as f64);
    }
    let power = POWERS.get(exponent.unsigned_abs() as usize)?;
    if digits >= EXACT {
        return None;
    }
    Some(if exponent < 0 { digits as f64 / power } else { digits as f64 * power })
}

/// The number that digits stand for, when it has few: digits alone or on both sides of a point.
#[inline]
pub(super) fn read_short(text: &[u8]) -> Option<f64> {
    let (mut digits, mut count, mut point) = (0_u64, 0, text.len());
    if text.len() > 19 {
        return None;
    }
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
            }
            // The first one: only digits stand before it.
            b'.' if count == at && at > 0 => point = at,
            _ => return None,
        }
    }
    if count == 0 || point + 1 == text.len() {
        return None;
    }
    scaled(digits, -(text.len().saturating_sub(point + 1) as i32))
}

#[cfg(test)]
mod packed {
    use super::*;

    #[test]
    fn packed_digits_are_those_of_the_general_conversion() {
        let edges = (0..8).flat_map(|p| [10_u32.pow(p) - 1, 10_u32.pow(p), 10_u32.pow(p) + 1]);
        for n in (0..120_000).chain(edges).chain((0..99_999_999).step_by(9973)) {
            let (bits, count) = packed_digits(n.into()).unwrap();
            assert_eq!(bits.to_le_bytes()[..count], *n.to_string().as_bytes(), "{n}");
        }
    }

    #[test]
    fn other_numbers_have_no_packed_digits() {
        for n in [1e8, -1.0, 0.5, 12.25, f64::NAN, f64::INFINITY] {
            assert_eq!(packed_digits(n), None);
        }
        assert_eq!(packed_digits(-0.0), Some((b'0'.into(), 1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn general(n: f64) -> Vec<u8> {
        NumberText::general(n).to_vec()
    }

    #[test]
    fn the_longest_texts_fit() {
        for n in [
            -1.234_567_890_123_456_7e-6,
            -1.797_693_134_862_315_7e308,
            -2.225_073_858_507_201_4e-308,
        ] {
            let text = String::from_utf8(general(n)).unwrap();
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), n.to_bits());
        }
    }

    #[test]
    fn odd_texts_are_left_to_the_general_way() {
        for text in ["", ".", "1.2.3", "1e3", "+1", "12345678901234567890", "1 ", "-1", "5.", ".5"]
        {
            assert_eq!(read_short(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read_short(b"5.25"), Some(5.25));
        assert_eq!(read_short(b"007"), Some(7.0));
        // More digits than are exact: the rounding of a whole number is still right.
        assert_eq!(read_short(b"9007199254740993"), Some(9_007_199_254_740_992.0));
        assert_eq!(read_short(b"9007199254740.993"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn short_ways_write_what_the_general_way_writes(
            n in prop_oneof![
                any::<f64>(),
                -1e9..1e9,
                -2.0..2.0,
                (any::<i32>(), 0_i32..9).prop_map(|(n, places)| f64::from(n) / 10_f64.powi(places)),
                (any::<i64>(), 0_i32..9).prop_map(|(n, places)| n as f64 / 10_f64.powi(places)),
                (0_i64..1_000_000).prop_map(|n| n as f64),
            ],
        ) {
            let expect = if n == 0.0 { b"0".to_vec() } else { general(n) };
            prop_assert_eq!(&NumberText::new(n)[..], &expect[..]);
        }

        #[test]
        fn short_ways_read_what_the_general_way_reads(text in "[0-9]{0,12}[.]?[0-9]{0,9}") {
            if let Some(n) = read_short(text.as_bytes()) {
                prop_assert_eq!(n.to_bits(), text.parse::<f64>().unwrap().to_bits());
            }
        }

        #[test]
        fn exact_steps_are_rounded_once(digits in any::<u64>(), exponent in -30_i32..30) {
            if let Some(n) = scaled(digits, exponent) {
                prop_assert_eq!(n.to_bits(), format!("{digits}e{exponent}").parse::<f64>().unwrap().to_bits());
            }
        }
    }
}
