//! Numbers: conversion from and to text (sections 4.2 and 4.3), 32-bit integers (section 6.1).

use super::value::Value;

/// Truncates toward zero, then modulo 2^32 as a signed number.
pub(super) fn to_i32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    let modulus = 4_294_967_296.0;
    number.trunc().rem_euclid(modulus) as u64 as u32 as i32
}

/// The shortest decimal text that reads back to the same double.
pub(super) fn text(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".into() } else { "-inf".into() };
    }
    match number.abs() {
        0.0 => "0".into(),
        size if (1e-6..1e21).contains(&size) => number.to_string(),
        _ => format!("{number:e}"),
    }
}

/// `number(x)`.
pub(super) fn of(value: &Value) -> f64 {
    match value {
        Value::Number(n) => *n,
        Value::Boolean(b) => f64::from(u8::from(*b)),
        Value::Text(text) => parse(text).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn parse(text: &[u8]) -> Option<f64> {
    let text =
        std::str::from_utf8(text).ok()?.trim_start_matches([' ', '\t', '\r', '\n', '\x0b', '\x0c']);
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| !digits.is_empty()) {
        let digits: Option<Vec<_>> = digits.chars().map(|c| c.to_digit(16)).collect();
        return Some(digits?.into_iter().fold(0.0, |n, digit| n * 16.0 + f64::from(digit)));
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
        && !digits.ends_with('.');
    if plain { text.parse().ok() } else { None }
}
