//! `template % [values]` (section 6.2).

use super::value::{Array, Value};
use super::{number, text};

/// One directive, read.
#[derive(Default)]
struct Directive {
    index: Option<usize>,
    fill: Option<u8>,
    align: Option<u8>,
    width: usize,
    precision: Option<usize>,
    kind: u8,
}

/// The formatted text; none when the template is not well formed.
pub(super) fn format(template: &[u8], values: &Array) -> Option<Vec<u8>> {
    let values: Vec<&Value> = values.values().collect();
    let mut out = Vec::new();
    let mut rest = template;
    let mut next = 0;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'%' {
            out.push(*byte);
        } else if let Some(tail) = rest.strip_prefix(b"%") {
            out.push(b'%');
            rest = tail;
        } else {
            let (directive, tail) = read(rest)?;
            let at = directive.index.unwrap_or(next);
            next = at + 1;
            out.extend(render(&directive, values.get(at).copied())?);
            rest = tail;
        }
    }
    Some(out)
}

fn digits(rest: &[u8]) -> (Option<usize>, &[u8]) {
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, tail) = rest.split_at(len);
    (std::str::from_utf8(number).ok().and_then(|n| n.parse().ok()), tail)
}

fn read(mut rest: &[u8]) -> Option<(Directive, &[u8])> {
    let mut directive = Directive::default();
    if let Some(tail) = rest.strip_prefix(b"[") {
        let (index, tail) = digits(tail);
        directive.index = Some(index?);
        rest = tail.strip_prefix(b"]")?;
    }
    if let Some([fill, tail @ ..]) = rest.strip_prefix(b"'") {
        directive.fill = Some(*fill);
        rest = tail;
    }
    if let [align @ (b'<' | b'>' | b'^' | b'='), tail @ ..] = rest {
        directive.align = Some(*align);
        rest = tail;
    }
    let (width, tail) = digits(rest);
    directive.width = width.unwrap_or(0);
    rest = tail;
    if let Some(tail) = rest.strip_prefix(b".") {
        let (precision, tail) = digits(tail);
        directive.precision = Some(precision?);
        rest = tail;
    }
    let (kind, tail) = rest.split_first()?;
    directive.kind = *kind;
    Some((directive, tail))
}

fn render(directive: &Directive, value: Option<&Value>) -> Option<Vec<u8>> {
    let body = match value {
        None => Vec::new(),
        Some(value) => content(directive, value)?,
    };
    let fill = directive.fill.unwrap_or(b' ');
    let missing = directive.width.saturating_sub(body.len());
    let numeric = matches!(value, Some(Value::Number(_)));
    let align = directive.align.unwrap_or(if numeric { b'>' } else { b'<' });
    let (left, right) = match align {
        b'<' => (0, missing),
        b'^' => (missing / 2, missing - missing / 2),
        _ => (missing, 0),
    };
    let signed = align == b'=' && body.first().is_some_and(|byte| matches!(byte, b'-' | b'+'));
    let (sign, body) = body.split_at(usize::from(signed));
    Some([sign, &vec![fill; left], body, &vec![fill; right]].concat())
}

fn content(directive: &Directive, value: &Value) -> Option<Vec<u8>> {
    let number = number::of(value);
    Some(match directive.kind {
        b's' => {
            let mut text = text::of(value);
            text.truncate(directive.precision.unwrap_or(text.len()));
            text
        }
        b'f' => match directive.precision {
            Some(precision) if number.is_finite() => format!("{number:.precision$}").into_bytes(),
            _ => number::text(number).into_bytes(),
        },
        b'x' => format!("{:x}", number as i64).into_bytes(),
        b'b' => format!("{:b}", number as i64).into_bytes(),
        b'c' => vec![number as u8],
        _ => return None,
    })
}
