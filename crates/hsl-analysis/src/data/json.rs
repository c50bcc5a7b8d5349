//! The `json` loader: JSON (RFC 8259) with `//` and `/* */` comments.

use std::sync::Arc;

use json_data::{Enough, Limits, Step};

use super::{DataError, Datum};

/// What a file may hold. The nesting is one that no configuration reaches and that keeps the stack
/// shallow.
const LIMITS: Limits = Limits { depth: 128, comments: true };

pub(super) fn decode(text: &[u8]) -> Result<Datum, DataError> {
    let mut values = Vec::new();
    let mut keys: Vec<Arc<[u8]>> = Vec::new();
    let read = json_data::read(text, LIMITS, |step| {
        let value = match step {
            Step::None => Datum::None,
            Step::Boolean(flag) => Datum::Boolean(flag),
            Step::Number(number) => Datum::Number(number),
            Step::Text(text) => Datum::text(text),
            Step::Key(name) => {
                keys.push(name.as_bytes().into());
                return Ok(());
            }
            Step::List(items) => Datum::list(values.split_off(below(&values, items)?)),
            Step::Object(pairs) => {
                let keys = keys.split_off(below(&keys, pairs)?).into_iter().map(Some);
                Datum::Array(keys.zip(values.split_off(below(&values, pairs)?)).collect())
            }
        };
        values.push(value);
        Ok(())
    });
    match read {
        Ok(()) => Ok(values.pop().unwrap_or(Datum::None)),
        Err(fault) => Err(DataError::content(text, fault.at, fault.message)),
    }
}

/// How many stand below the last so many.
fn below<T>(stack: &[T], last: usize) -> Result<usize, Enough> {
    stack.len().checked_sub(last).ok_or(Enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_comments() {
        let text = br#"{ // c
            "a": [1, -2.5e1, true, null], /* d */ "b": "x\n\u00e9\ud83d\ude00" }"#;
        let value = decode(text).unwrap();
        assert_eq!(value.get("b"), Some(&Datum::text("x\né😀")));
        let items = [Datum::Number(1.0), Datum::Number(-25.0), Datum::Boolean(true), Datum::None];
        assert_eq!(value.get("a"), Some(&Datum::list(items)));
    }

    #[test]
    fn faults_have_places() {
        let place = |text: &str| match decode(text.as_bytes()) {
            Err(DataError::Content { at, message }) => format!("{} {message}", at.start),
            other => format!("{other:?}"),
        };
        assert_eq!(place("[1, }"), "4 expected value");
        assert_eq!(place("/* x"), "0 this comment is not closed");
        assert_eq!(place(&"[".repeat(9000)), "128 the data is nested too deeply");
    }
}
