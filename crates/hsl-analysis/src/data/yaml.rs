//! The `yaml` loader: one YAML 1.2 document, core schema, anchors expanded within a budget.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostics::Span;
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{DataError, Datum};

/// Values that one file may expand to: aliases of aliases grow without bound.
const BUDGET: usize = 1_000_000;

pub(super) fn decode(text: &[u8]) -> Result<Datum, DataError> {
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(fault(text, 0, "the file is not valid UTF-8"));
    };
    let mut builder =
        Builder { text, open: Vec::new(), anchors: HashMap::new(), done: None, budget: BUDGET };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            fault(text.as_bytes(), byte_of(text, error.marker().index()), error.info())
        })?;
        if builder.done.is_some() && matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event, span.start.index())?;
    }
    Ok(builder.done.unwrap_or(Datum::None))
}

/// A collection that is not closed yet.
struct Open {
    elements: Vec<(Option<Arc<[u8]>>, Datum)>,
    mapping: bool,
    key: Option<Arc<[u8]>>,
    anchor: usize,
}

struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    anchors: HashMap<usize, Datum>,
    done: Option<Datum>,
    budget: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, at: usize) -> Result<(), DataError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = scalar(&text, style);
                self.value(value, anchor, at)
            }
            Event::SequenceStart(anchor, _) => self.enter(false, anchor, at),
            Event::MappingStart(anchor, _) => self.enter(true, anchor, at),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.value(Datum::Array(open.elements), open.anchor, at),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().unwrap_or(Datum::None);
                self.spend(size(&value), at)?;
                self.value(value, 0, at)
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, mapping: bool, anchor: usize, at: usize) -> Result<(), DataError> {
        // Dropping and freezing a value walk it recursively.
        if self.open.len() >= 128 {
            return Err(self.fault(at, "the data is nested too deeply"));
        }
        self.open.push(Open { elements: Vec::new(), mapping, key: None, anchor });
        Ok(())
    }

    fn value(&mut self, value: Datum, anchor: usize, at: usize) -> Result<(), DataError> {
        self.spend(1, at)?;
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.done = Some(value);
            return Ok(());
        };
        if !open.mapping {
            open.elements.push((None, value));
        } else if let Some(key) = open.key.take() {
            open.elements.push((Some(key), value));
        } else {
            let Some(key) = key_text(&value) else {
                return Err(self.fault(at, "a key must be a string, number or boolean"));
            };
            open.key = Some(key);
        }
        Ok(())
    }

    fn spend(&mut self, values: usize, at: usize) -> Result<(), DataError> {
        match self.budget.checked_sub(values) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(self.fault(at, "the aliases of this file expand to too many values")),
        }
    }

    fn fault(&self, at: usize, message: &str) -> DataError {
        fault(self.text.as_bytes(), byte_of(self.text, at), message)
    }
}

fn size(value: &Datum) -> usize {
    match value {
        Datum::Array(elements) => 1 + elements.iter().map(|(_, v)| size(v)).sum::<usize>(),
        _ => 1,
    }
}

fn key_text(value: &Datum) -> Option<Arc<[u8]>> {
    match value {
        Datum::Text(text) => Some(Arc::clone(text)),
        Datum::Number(number) => Some(number.to_string().into_bytes().into()),
        Datum::Boolean(flag) => Some(flag.to_string().into_bytes().into()),
        Datum::None | Datum::Array(_) => None,
    }
}

/// A plain scalar by the core schema; a quoted one is text.
fn scalar(text: &str, style: ScalarStyle) -> Datum {
    if style != ScalarStyle::Plain {
        return Datum::text(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Datum::None,
        "true" | "True" | "TRUE" => return Datum::Boolean(true),
        "false" | "False" | "FALSE" => return Datum::Boolean(false),
        ".inf" | "+.inf" | ".Inf" | ".INF" => return Datum::Number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Datum::Number(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Datum::Number(f64::NAN),
        _ => {}
    }
    number(text).map_or_else(|| Datum::text(text), Datum::Number)
}

fn number(text: &str) -> Option<f64> {
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(|n| n as f64);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let starts = text.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit());
    if starts && text.bytes().all(numeric) { text.parse().ok() } else { None }
}

/// The parser counts characters.
fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

fn fault(text: &[u8], at: usize, message: &str) -> DataError {
    let at = Span::new(at, (at + 1).min(text.len()).max(at));
    DataError::Content { at, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema() {
        let value = decode(b"a: 1\nb: [x, 'y', ~, true, 0x1f, 1.5]\n5: {k: v}\n").unwrap();
        assert_eq!(value.get("a"), Some(&Datum::Number(1.0)));
        let items = [
            Datum::text("x"),
            Datum::text("y"),
            Datum::None,
            Datum::Boolean(true),
            Datum::Number(31.0),
            Datum::Number(1.5),
        ];
        assert_eq!(value.get("b"), Some(&Datum::list(items)));
        assert_eq!(value.get("5").and_then(|v| v.get("k")), Some(&Datum::text("v")));
    }

    #[test]
    fn anchors_expand_within_a_budget() {
        assert_eq!(
            decode(b"[&a x, *a]").unwrap(),
            Datum::list([Datum::text("x"), Datum::text("x")])
        );
        let mut bomb = String::from("- &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..9 {
            let p = i - 1;
            bomb +=
                &format!("- &a{i} [*a{p},*a{p},*a{p},*a{p},*a{p},*a{p},*a{p},*a{p},*a{p},*a{p}]\n");
        }
        assert!(decode(bomb.as_bytes()).unwrap_err().to_string().contains("too many values"));
    }

    #[test]
    fn faults_have_places() {
        assert!(matches!(decode(b"a: [1"), Err(DataError::Content { .. })));
        assert_eq!(decode(b"").unwrap(), Datum::None);
    }
}
