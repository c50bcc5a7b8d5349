//! Operators on 32-bit integers.
//!
//! *Sources*: language reference, 6.1.

use super::{Failure, Outcome, unsupported};
use crate::value::Value;

/// A bitwise operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bits {
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `>>>`
    ShiftZero,
}

/// Truncates toward zero, then wraps to 32 bits. What is no number gives 0.
pub fn to_int32(n: f64) -> i32 {
    const WRAP: f64 = 4_294_967_296.0;
    let small = n as i32;
    if f64::from(small) == n.trunc() {
        return small;
    }
    if !n.is_finite() {
        return 0;
    }
    (n.trunc() % WRAP) as i64 as i32
}

/// Applies a bitwise operator.
pub(crate) fn bitwise(bits: Bits, a: &Value, b: &Value) -> Outcome {
    let x = integer(bits.as_str(), a, b)?;
    let y = integer(bits.as_str(), b, a)?;
    let count = y as u32 & 31;
    Ok(Value::Number(match bits {
        Bits::And => f64::from(x & y),
        Bits::Or => f64::from(x | y),
        Bits::Xor => f64::from(x ^ y),
        Bits::ShiftLeft => f64::from(x << count),
        Bits::ShiftRight => f64::from(x >> count),
        Bits::ShiftZero => f64::from(x as u32 >> count),
    }))
}

/// `~a`
pub(crate) fn bit_not(a: &Value) -> Outcome {
    Ok(Value::Number(f64::from(!integer("~", a, a)?)))
}

fn integer(operator: &str, value: &Value, other: &Value) -> Result<i32, Failure> {
    match value {
        Value::None | Value::Boolean(_) | Value::Number(_) | Value::String(_) => {
            Ok(to_int32(value.to_number()))
        }
        _ => Err(unsupported(operator, value, other)),
    }
}

impl Bits {
    fn as_str(self) -> &'static str {
        match self {
            Self::And => "&",
            Self::Or => "|",
            Self::Xor => "^",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::ShiftZero => ">>>",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bits: Bits, a: f64, b: f64, expect: f64) {
        assert_eq!(bitwise(bits, &a.into(), &b.into()), Ok(expect.into()), "{a} {bits:?} {b}");
    }

    #[test]
    fn examples_of_the_reference() {
        check(Bits::And, 5.0, 3.0, 1.0);
        check(Bits::Or, 5.0, 3.0, 7.0);
        check(Bits::Xor, 5.0, 3.0, 6.0);
        check(Bits::ShiftLeft, 1.0, 4.0, 16.0);
        check(Bits::ShiftRight, -16.0, 2.0, -4.0);
        check(Bits::ShiftZero, -1.0, 28.0, 15.0);
        check(Bits::And, 4_294_967_295.0, 255.0, 255.0);
        check(Bits::Or, 4_294_967_295.0, 0.0, -1.0);
        check(Bits::ShiftZero, -1.0, 0.0, 4_294_967_295.0);
        check(Bits::ShiftLeft, 1.0, 33.0, 2.0);
        assert_eq!(bit_not(&5.0.into()), Ok((-6.0).into()));
        assert_eq!(to_int32(-8.7), -8);
        assert_eq!(to_int32(4_294_967_301.0), 5);
        assert_eq!(to_int32(-2_147_483_649.0), 2_147_483_647);
        assert_eq!(to_int32(f64::INFINITY), 0);
    }
}
