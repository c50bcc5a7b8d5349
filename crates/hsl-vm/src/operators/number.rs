//! Numbers as text and the remainder.

use super::decimal::{NumberText, read_short};

/// The value of a whole decimal number (leading white space, sign, fraction, exponent; digits on
/// both sides of the point) or a `0x` integer without a sign.
#[inline]
pub fn parse_number(text: &[u8]) -> Option<f64> {
    read_short(text).or_else(|| parse_any(text))
}

fn parse_any(text: &[u8]) -> Option<f64> {
    let space = |b: &u8| matches!(b, b'\t'..=b'\r' | b' ');
    let text = &text[text.iter().take_while(|b| space(b)).count()..];
    if let [b'0', b'x', hex @ ..] = text {
        return parse_hex(hex);
    }
    // Rust also reads `inf`, `nan`, `.5` and `5.`, which are no decimal numbers here.
    let decimal = text.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let point = text.iter().position(|b| *b == b'.');
    if !decimal || point.is_some_and(|at| at == 0 || !digit(at - 1) || !digit(at + 1)) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn parse_hex(digits: &[u8]) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0.0, |n, b| {
        let digit = char::from(*b).to_digit(16)?;
        Some(n * 16.0 + f64::from(digit))
    })
}

/// Appends the shortest decimal text that reads back to the same number; without exponent from 1e-6
/// up to 1e21.
pub fn write_number(out: &mut Vec<u8>, n: f64) {
    out.extend_from_slice(&NumberText::new(n));
}

/// Remainder with the sign of the dividend, also for fractions.
#[inline(always)]
pub(crate) fn remainder_of(a: f64, b: f64) -> f64 {
    /// Adding and subtracting this rounds to a whole number.
    const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;
    /// Below this the quotient is right or off by one, and its product with the divisor exact.
    const NARROW: f64 = (1_u64 << 47) as f64;
    let whole_divisor = (1.0..NARROW).contains(&b) && (b + ROUND) - ROUND == b;
    if !(whole_divisor && (0.0..NARROW).contains(&a)) {
        return a % b;
    }
    // The division does not depend on the dividend, so a loop over one divisor does not wait for it.
    let quotient = ((a * (1.0 / b) - 0.5) + ROUND) - ROUND;
    let rest = a - quotient * b;
    if rest < 0.0 {
        rest + b
    } else if rest >= b {
        rest - b
    } else {
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(n: f64) -> String {
        let mut out = Vec::new();
        write_number(&mut out, n);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_print_as_the_reference_says() {
        for (n, expect) in [
            (5.5, "5.5"),
            (100.0, "100"),
            (-0.25, "-0.25"),
            (-0.0, "0"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(text(n), expect);
        }
    }

    #[test]
    fn texts_read_as_the_reference_says() {
        for (text, expect) in [
            ("42", Some(42.0)),
            ("0x1f", Some(31.0)),
            ("3.50", Some(3.5)),
            ("  -7", Some(-7.0)),
            ("\t\x0b7", Some(7.0)),
            ("1e3", Some(1000.0)),
            ("12abc", None),
            ("", None),
            ("inf", None),
            ("nan", None),
            ("1 ", None),
            ("0x", None),
            (".5", None),
            ("-.5", None),
            ("5.", None),
            ("5.e3", None),
            ("-0x1f", None),
            ("0X1F", None),
            ("-", None),
            ("+-1", None),
        ] {
            assert_eq!(parse_number(text.as_bytes()), expect, "{text}");
        }
    }

    #[test]
    fn remainder_keeps_the_sign_of_the_dividend() {
        for (a, b) in [
            (7.0, -3.0),
            (-7.0, 3.0),
            (5.5, 2.0),
            (7.0, 3.0),
            (-0.0, 3.0),
            (1e15, 7.0),
            (0.0, 5.0),
            (1e300, 7.0),
        ] {
            assert_eq!(remainder_of(a, b).to_bits(), (a % b).to_bits(), "{a} % {b}");
        }
        assert!(remainder_of(1.0, 0.0).is_nan());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn remainder_is_that_of_the_processor(
            a in prop_oneof![any::<f64>(), 0.0..1e15, (0_u64..1 << 48).prop_map(|n| n as f64)],
            b in prop_oneof![any::<f64>(), 0.0..1e4, (0_u64..1 << 48).prop_map(|n| n as f64)],
            times in 0_u32..1000,
        ) {
            for a in [a, b * f64::from(times), (a / b).floor() * b] {
                let (got, expect) = (remainder_of(a, b), a % b);
                prop_assert!(got.to_bits() == expect.to_bits() || got.is_nan() && expect.is_nan());
            }
        }
    }
}
