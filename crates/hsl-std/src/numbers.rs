//! Numbers: rounding, powers and logarithms.

use hsl_macros::library;

/// Builtins of this topic.
#[library(topic = "numbers")]
pub(crate) mod functions {
    /// Returns the absolute value of a number.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo abs(-2.5); // 2.5
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn abs(number: f64) -> f64 {
        number.abs()
    }

    /// Returns the smallest integer that is not below a number.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo ceil(1.2); // 2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn ceil(number: f64) -> f64 {
        number.ceil()
    }

    /// Returns the largest integer that is not above a number.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo floor(-1.2); // -2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn floor(number: f64) -> f64 {
        number.floor()
    }

    /// Returns the logarithm of a number to a base, natural by default.
    ///
    /// Outside its domain the result is not a number or minus infinity.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo log(8, 2); // 3
    /// echo log(1); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn log(number: f64, #[shown("e")] base: Option<f64>) -> f64 {
        match base {
            None => number.ln(),
            // These two are exact where a quotient of logarithms is not.
            Some(2.0) => number.log2(),
            Some(10.0) => number.log10(),
            Some(base) => number.ln() / base.ln(),
        }
    }

    /// Returns a base to the power of an exponent, as the operator `**` does.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pow(2, 10); // 1024
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn pow(base: f64, exponent: f64) -> f64 {
        base.powf(exponent)
    }

    /// Rounds a number half away from zero to a number of decimals.
    ///
    /// A negative number of decimals rounds before the point.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo round(2.5); // 3
    /// echo round(3.14159, 2); // 3.14
    /// echo round(-2.5); // -3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn round(number: f64, #[default(0)] decimals: f64) -> f64 {
        super::round_to(number, decimals.trunc())
    }

    /// Returns the square root of a number.
    ///
    /// A negative number has none: the result is not a number.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo sqrt(9); // 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn sqrt(number: f64) -> f64 {
        number.sqrt()
    }
}

/// Rounds on the decimal digits that the number prints with, so that 1.005 rounds to 1.01 although
/// its double lies below. A double has at most 17 of them, so more decimals change nothing.
fn round_to(number: f64, decimals: f64) -> f64 {
    if decimals == 0.0 || !number.is_finite() {
        return number.round();
    }
    if !(-308.0..=17.0).contains(&decimals) {
        return if decimals > 0.0 { number } else { 0.0 };
    }
    let shifted = shift(number, decimals as i32);
    if shifted.is_finite() { shift(shifted.round(), -decimals as i32) } else { number }
}

/// Moves the decimal point of the shortest text of a number.
fn shift(number: f64, places: i32) -> f64 {
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or(0).saturating_add(places);
    format!("{digits}e{exponent}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_follows_the_printed_digits() {
        assert_eq!(round_to(1.005, 2.0), 1.01);
        assert_eq!(round_to(-1.005, 2.0), -1.01);
        assert_eq!(round_to(1234.5, -2.0), 1200.0);
        assert_eq!(round_to(0.1, 400.0), 0.1);
        assert_eq!(round_to(9e300, -400.0), 0.0);
        assert!(round_to(f64::NAN, 3.0).is_nan());
    }
}
