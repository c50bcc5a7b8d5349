//! `template % [values]`
//!
//! *Sources*: language reference, 6.2.

use super::number::write_number;
use super::{Outcome, to_int32};
use crate::value::{Array, Str, Value};

/// Widths and precisions above this are cut: nobody reads such a line.
const WIDEST: usize = 1 << 16;

#[derive(Clone, Copy, PartialEq)]
enum Align {
    Left,
    Right,
    Centre,
    Sign,
}

struct Directive {
    index: Option<usize>,
    fill: u8,
    align: Option<Align>,
    width: usize,
    precision: Option<usize>,
    kind: u8,
}

/// Fills the directives of a template.
pub(super) fn format(template: &Str, values: &Array) -> Outcome {
    let values: Vec<&Value> = values.values().collect();
    let mut out = Vec::with_capacity(template.len() + 16 * values.len());
    let mut next = 0;
    let mut at = 0;
    while let Some(skip) = template[at..].iter().position(|b| *b == b'%') {
        out.extend_from_slice(&template[at..at + skip]);
        at += skip + 1;
        if template.get(at) == Some(&b'%') {
            out.push(b'%');
            at += 1;
            continue;
        }
        let Some((directive, end)) = parse(template, at) else {
            // No directive: the sign stands for itself.
            out.push(b'%');
            continue;
        };
        at = end;
        let index = directive.index.unwrap_or(next);
        next = index.saturating_add(1);
        apply(&mut out, &directive, values.get(index).copied());
    }
    out.extend_from_slice(&template[at..]);
    Ok(out.into())
}

fn parse(text: &[u8], mut at: usize) -> Option<(Directive, usize)> {
    let mut index = None;
    if text.get(at) == Some(&b'[') {
        let (value, end) = digits(text, at + 1);
        index = Some(value?);
        at = (text.get(end) == Some(&b']')).then_some(end + 1)?;
    }
    let mut fill = b' ';
    if text.get(at) == Some(&b'\'') {
        fill = *text.get(at + 1)?;
        at += 2;
    }
    let align = match text.get(at) {
        Some(b'<') => Some(Align::Left),
        Some(b'>') => Some(Align::Right),
        Some(b'^') => Some(Align::Centre),
        Some(b'=') => Some(Align::Sign),
        _ => None,
    };
    at += usize::from(align.is_some());
    let (width, end) = digits(text, at);
    at = end;
    let mut precision = None;
    if text.get(at) == Some(&b'.') {
        (precision, at) = digits(text, at + 1);
        precision = Some(precision?);
    }
    let kind = *text.get(at).filter(|b| b"sfxbc".contains(b))?;
    let width = width.unwrap_or(0);
    Some((Directive { index, fill, align, width, precision, kind }, at + 1))
}

fn digits(text: &[u8], at: usize) -> (Option<usize>, usize) {
    let end = at + text[at.min(text.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let digits = std::str::from_utf8(&text[at.min(end)..end]).unwrap_or_default();
    let value = (end > at).then(|| digits.parse().unwrap_or(usize::MAX).min(WIDEST));
    (value, end)
}

fn apply(out: &mut Vec<u8>, directive: &Directive, value: Option<&Value>) {
    let text = value.map(|value| convert(directive, value)).unwrap_or_default();
    let numeric = matches!(directive.kind, b'f' | b'x' | b'b')
        || directive.kind == b's' && matches!(value, Some(Value::Number(_)));
    let default = if numeric { Align::Right } else { Align::Left };
    pad(out, &text, directive, directive.align.unwrap_or(default));
}

fn convert(directive: &Directive, value: &Value) -> Vec<u8> {
    let number = value.to_number();
    match directive.kind {
        b's' => {
            let mut text = value.to_text().to_vec();
            text.truncate(directive.precision.unwrap_or(usize::MAX));
            text
        }
        b'f' => match directive.precision {
            Some(digits) if number.is_finite() => format!("{number:.digits$}").into_bytes(),
            _ => {
                let mut text = Vec::new();
                write_number(&mut text, number);
                text
            }
        },
        b'x' => radix(number, |n| format!("{n:x}")),
        b'b' => radix(number, |n| format!("{n:b}")),
        _ => vec![to_int32(number) as u8],
    }
}

fn radix(number: f64, digits: impl Fn(u64) -> String) -> Vec<u8> {
    let sign = if number <= -1.0 { "-" } else { "" };
    format!("{sign}{}", digits(number.abs() as u64)).into_bytes()
}

fn pad(out: &mut Vec<u8>, text: &[u8], directive: &Directive, align: Align) {
    let missing = directive.width.saturating_sub(text.len());
    let signed = align == Align::Sign && text.first().is_some_and(|b| matches!(b, b'-' | b'+'));
    let (sign, rest) = text.split_at(usize::from(signed));
    let before = match align {
        Align::Left => 0,
        Align::Right | Align::Sign => missing,
        Align::Centre => missing / 2,
    };
    out.extend_from_slice(sign);
    out.extend(std::iter::repeat_n(directive.fill, before));
    out.extend_from_slice(rest);
    out.extend(std::iter::repeat_n(directive.fill, missing - before));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Into<Value>>(template: &str, values: impl IntoIterator<Item = T>, expect: &str) {
        let result = format(&template.into(), &Array::list(values)).unwrap();
        assert_eq!(result.to_text().to_lossy(), expect);
    }

    #[test]
    fn examples_of_the_reference() {
        check("<%s>", ["addr"], "<addr>");
        check("%s is %s", ["sky", "blue"], "sky is blue");
        check("100%% of %s", ["it"], "100% of it");
        check("%[1]s %[0]s", ["a", "b"], "b a");
        check("%[1]s%s", ["0", "x", "y"], "xy");
        check("[%5s]", ["ab"], "[ab   ]");
        check("[%>5s]", ["ab"], "[   ab]");
        check("[%'*^6s]", ["ab"], "[**ab**]");
        check("%'0>6s", [42.0], "000042");
        check("%.3s", ["abcdef"], "abc");
        check("%.2f", [std::f64::consts::PI], "3.14");
        check("%x", [255.0], "ff");
        check("%b", [5.0], "101");
        check("%c", [65.0], "A");
    }

    #[test]
    fn odd_templates_stay_readable() {
        check("50% off %s", ["x"], "50% off x");
        check("%", ["x"], "%");
        check("%[9]s|%s", ["a"], "|");
        check("%'0=6f", [-42.0], "-00042");
        check("%5f|%f", [2.5, 1e21], "  2.5|1e21");
        check("%'", ["x"], "%'");
        check("%[", ["x"], "%[");
        check("%.s", ["x"], "%.s");
    }
}
