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

/// Adding and subtracting this rounds to a whole number.
const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;
/// Below this the quotient is right or off by one, and its product with the divisor exact.
const NARROW: f64 = (1_u64 << 47) as f64;

/// What [`remainder_with`] wants to know of a divisor: its inverse, 0 when it is not a whole number
/// in the range where that helps.
pub(crate) fn inverse_of(b: f64) -> f64 {
    if (1.0..NARROW).contains(&b) && (b + ROUND) - ROUND == b { 1.0 / b } else { 0.0 }
}

/// Remainder with the sign of the dividend, also for fractions.
#[inline(always)]
pub(crate) fn remainder_of(a: f64, b: f64) -> f64 {
    remainder_with(a, b, inverse_of(b))
}

/// The same for a divisor whose inverse is known.
#[inline(always)]
pub(crate) fn remainder_with(a: f64, b: f64, inverse: f64) -> f64 {
    if inverse == 0.0 || !(0.0..NARROW).contains(&a) {
        return any_remainder(a, b);
    }
    let quotient = ((a * inverse - 0.5) + ROUND) - ROUND;
    corrected(a - quotient * b, b)
}

/// A sum and its remainder. A sum often has to wait for its left side alone: whatever does not need
/// that side is computed meanwhile.
#[inline(always)]
pub(crate) fn remainder_of_sum(x: f64, y: f64, b: f64, inverse: f64) -> (f64, f64) {
    let sum = x + y;
    let narrow = (-NARROW..NARROW).contains(&y) && (0.0..NARROW).contains(&sum);
    if inverse == 0.0 || !narrow {
        return (sum, any_remainder(sum, b));
    }
    let quotient = ((x + (y - 0.5 * b)) * inverse + ROUND) - ROUND;
    (sum, corrected(sum - quotient * b, b))
}

/// A remainder whose quotient was off by one at most.
#[inline(always)]
fn corrected(rest: f64, b: f64) -> f64 {
    if rest < 0.0 {
        rest + b
    } else if rest >= b {
        rest - b
    } else {
        rest
    }
}

#[inline(never)]
fn any_remainder(a: f64, b: f64) -> f64 {
    a % b
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

    fn same(a: f64, b: f64) -> bool {
        a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
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
                prop_assert!(same(got, expect), "{got} {expect}");
            }
        }

        #[test]
        fn remainder_of_a_sum_is_that_of_the_processor(
            x in prop_oneof![any::<f64>(), -1e15..1e15, (0_u64..1 << 48).prop_map(|n| n as f64)],
            y in prop_oneof![any::<f64>(), -1e4..1e4, (0_u64..1 << 48).prop_map(|n| n as f64)],
            b in prop_oneof![1.0..1e4, (1_u64..1 << 48).prop_map(|n| n as f64), Just(3.0)],
        ) {
            let (x, y, b): (f64, f64, f64) = (x, y, b);
            for (x, y, b) in [(x, y, b), (x.trunc(), y.trunc(), b.trunc()), (x, y - x, b.trunc())] {
                let (sum, got) = remainder_of_sum(x, y, b, inverse_of(b));
                prop_assert!(same(sum, x + y) && same(got, sum % b), "{got} {}", sum % b);
            }
        }
    }
}
