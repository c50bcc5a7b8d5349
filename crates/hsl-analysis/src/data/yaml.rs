//! The `yaml` loader: one YAML 1.2 document, core schema, anchors expanded within a budget.

use std::collections::HashMap;
use std::sync::Arc;

use yaml_data::{Kind, Limits, Scalar, Step, byte_of, steps};

use super::{DataError, Datum};

/// Values that one file may expand to: aliases of aliases grow without bound.
const BUDGET: usize = 1_000_000;
/// Deepest nesting: dropping and freezing a value walk it recursively.
const DEPTH: usize = 128;

pub(super) fn decode(text: &[u8]) -> Result<Datum, DataError> {
    let found = steps(text, Limits { depth: DEPTH, steps: BUDGET });
    let found = found.map_err(|error| DataError::content(text, error.at, error.message))?;
    let mut builder = Builder { values: Vec::new(), anchors: HashMap::new(), budget: BUDGET };
    for step in found {
        let at = step.at;
        builder.step(step).map_err(|message| {
            let text = std::str::from_utf8(text).unwrap_or_default();
            DataError::content(text.as_bytes(), byte_of(text, at), message)
        })?;
    }
    Ok(builder.values.pop().unwrap_or(Datum::None))
}

struct Builder {
    values: Vec<Datum>,
    anchors: HashMap<usize, Datum>,
    budget: usize,
}

impl Builder {
    fn step(&mut self, step: Step<'_>) -> Result<(), &'static str> {
        self.spend(1)?;
        let value = match step.kind {
            Kind::Scalar(Scalar::None) => Datum::None,
            Kind::Scalar(Scalar::Boolean(flag)) => Datum::Boolean(flag),
            Kind::Scalar(Scalar::Number(number)) => Datum::Number(number),
            Kind::Scalar(Scalar::Text(text)) => Datum::text(&*text),
            Kind::List(items) => Datum::list(self.last(items)),
            Kind::Map(pairs) => self.mapping(pairs)?,
            Kind::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().unwrap_or(Datum::None);
                self.spend(size(&value))?;
                value
            }
        };
        if let Some(anchor) = step.anchor {
            self.spend(size(&value))?;
            self.anchors.insert(anchor, value.clone());
        }
        self.values.push(value);
        Ok(())
    }

    fn last(&mut self, count: usize) -> impl Iterator<Item = Datum> {
        self.values.drain(self.values.len().saturating_sub(count)..)
    }

    fn mapping(&mut self, pairs: usize) -> Result<Datum, &'static str> {
        let mut elements = Vec::with_capacity(pairs);
        let mut values = self.last(2 * pairs);
        while let (Some(key), Some(value)) = (values.next(), values.next()) {
            let key = key_text(&key).ok_or("a key must be a string, number or boolean")?;
            elements.push((Some(key), value));
        }
        Ok(Datum::Array(elements))
    }

    fn spend(&mut self, values: usize) -> Result<(), &'static str> {
        let left = self.budget.checked_sub(values);
        self.budget = left.ok_or("the aliases of this file expand to too many values")?;
        Ok(())
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
        Datum::None
        | Datum::Array(_)
        | Datum::Certificate { .. }
        | Datum::Key(_)
        | Datum::Message(_) => None,
    }
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
