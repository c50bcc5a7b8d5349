//! The core schema: what a scalar without quotes means.
//!
//! *Sources.* YAML 1.2.2, chapter 10.3.2.

use std::borrow::Cow;

/// A scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// `null`
    None,
    /// `true`, `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// Anything else.
    Text(Cow<'t, str>),
}

impl<'t> Scalar<'t> {
    /// The scalar with the core tag `!!name`; a text that does not have this type stays a text.
    pub(crate) fn tagged(name: &str, text: Cow<'t, str>) -> Self {
        let fits = |scalar: &Scalar<'_>| match scalar {
            Scalar::None => name == "null",
            Scalar::Boolean(_) => name == "bool",
            Scalar::Number(_) => matches!(name, "int" | "float"),
            Scalar::Text(_) => false,
        };
        known(&text).filter(fits).unwrap_or(Self::Text(text))
    }
}

/// What a scalar without quotes and tag means.
pub fn plain(text: Cow<'_, str>) -> Scalar<'_> {
    known(&text).unwrap_or(Scalar::Text(text))
}

/// What is not just text.
fn known(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::None,
        "true" | "True" | "TRUE" => Scalar::Boolean(true),
        "false" | "False" | "FALSE" => Scalar::Boolean(false),
        _ => Scalar::Number(number(text)?),
    })
}

fn number(text: &str) -> Option<f64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    match text.strip_prefix(['+', '-']).unwrap_or(text) {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => Some(f64::INFINITY),
        _ if matches!(text, ".nan" | ".NaN" | ".NAN") => Some(f64::NAN),
        unsigned => is_decimal(unsigned.as_bytes()).then(|| text.parse().ok())?,
    }
}

/// Digits without a sign; as many as there are.
fn radix(digits: &str, radix: u32) -> Option<f64> {
    let value =
        |sum: f64, digit: char| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?));
    if digits.is_empty() { None } else { digits.chars().try_fold(0.0, value) }
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_decimal(text: &[u8]) -> bool {
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let exponent = exponent.is_none_or(|text| {
        digits(text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text))
    });
    let mantissa = match mantissa.iter().position(|byte| *byte == b'.') {
        Some(0) => digits(&mantissa[1..]),
        Some(at) => digits(&mantissa[..at]) && mantissa[at + 1..].iter().all(u8::is_ascii_digit),
        None => digits(mantissa),
    };
    mantissa && exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn numbers(texts: &[(&str, f64)]) {
        for (text, expect) in texts {
            let Scalar::Number(found) = plain(Cow::Borrowed(text)) else { panic!("{text}") };
            assert!(found == *expect || found.is_nan() && expect.is_nan(), "{text}: {found}");
        }
    }

    #[test]
    fn numbers_of_the_core_schema() {
        // YAML 1.2.2, example 10.9 and the expressions before it.
        numbers(&[("0", 0.0), ("0o7", 7.0), ("0x3A", 58.0), ("-19", -19.0), ("+12", 12.0)]);
        numbers(&[("0.", 0.0), ("-0.0", 0.0), (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -2e5)]);
        numbers(&[(".inf", f64::INFINITY), ("-.Inf", f64::NEG_INFINITY), (".NAN", f64::NAN)]);
        numbers(&[
            ("+.INF", f64::INFINITY),
            ("0123", 123.0),
            ("0xffffffffffffffffff", 4722366482869645213695.0),
        ]);
    }

    #[test]
    fn what_only_looks_like_a_number() {
        for text in [
            "1.2.3", "+", "-", ".", "e5", "1e", "1e+", "0x", "0o8", "-0x1", "1_000", "+.nan",
            "12:30", "inf", "nan", "yes", "off", "--1", "1-2",
        ] {
            assert_eq!(plain(Cow::Borrowed(text)), Scalar::Text(text.into()));
        }
    }
}
