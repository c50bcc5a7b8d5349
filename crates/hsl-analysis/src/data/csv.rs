//! The `csv` loader: RFC 4180 rows, keyed by the header or as lists.

use std::sync::Arc;

use diagnostics::Span;

use super::{DataError, Datum, flag};

pub(super) fn decode(text: &[u8], options: &Datum) -> Result<Datum, DataError> {
    let delimiter = delimiter(options)?;
    let header = flag(options, "header", true)?;
    let schema = options.get("schema");
    let mut rows = rows(text, delimiter)?.into_iter();
    let names: Option<Vec<Arc<[u8]>>> = if header {
        Some(rows.next().unwrap_or_default().into_iter().map(Into::into).collect())
    } else {
        None
    };
    Ok(Datum::list(rows.map(|row| record(row, names.as_deref(), schema))))
}

fn delimiter(options: &Datum) -> Result<u8, DataError> {
    match options.get("delimiter") {
        None => Ok(b','),
        Some(Datum::Text(text)) if text.len() == 1 => Ok(text[0]),
        Some(_) => Err(DataError::OptionValue { name: "delimiter", expected: "one character" }),
    }
}

fn record(row: Vec<Vec<u8>>, names: Option<&[Arc<[u8]>]>, schema: Option<&Datum>) -> Datum {
    let Some(names) = names else { return Datum::list(row.into_iter().map(Datum::text)) };
    let mut cells = row.into_iter();
    let keyed = names.iter().map_while(|name| {
        let cell = cells.next()?;
        Some((Some(Arc::clone(name)), typed(cell, name, schema)))
    });
    Datum::Array(keyed.collect())
}

/// A cell in the type that the schema names for its column.
fn typed(cell: Vec<u8>, name: &[u8], schema: Option<&Datum>) -> Datum {
    let name = String::from_utf8_lossy(name);
    let kind = schema.and_then(|s| s.get(&name)).and_then(|column| column.get("type"));
    let Some(Datum::Text(kind)) = kind else { return Datum::text(cell) };
    let text = String::from_utf8_lossy(&cell);
    match &**kind {
        b"number" => Datum::Number(text.trim().parse().unwrap_or(0.0)),
        b"boolean" => Datum::Boolean(matches!(text.trim(), "true" | "1")),
        _ => Datum::text(cell),
    }
}

fn rows(text: &[u8], delimiter: u8) -> Result<Vec<Vec<Vec<u8>>>, DataError> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let mut row = Vec::new();
        loop {
            let (cell, next) = cell(text, at, delimiter)?;
            row.push(cell);
            at = next;
            if text.get(at) != Some(&delimiter) {
                break;
            }
            at += 1;
        }
        at += usize::from(text.get(at) == Some(&b'\r'));
        at += usize::from(text.get(at) == Some(&b'\n'));
        rows.push(row);
    }
    Ok(rows)
}

/// One cell and where it ends.
fn cell(text: &[u8], start: usize, delimiter: u8) -> Result<(Vec<u8>, usize), DataError> {
    if text.get(start) == Some(&b'"') {
        return quoted(text, start);
    }
    let rest = &text[start..];
    let ends = |i: usize, b: u8| {
        b == delimiter
            || b == b'\n'
            || (b == b'\r' && matches!(rest.get(i + 1), Some(b'\n') | None))
    };
    let length = rest.iter().enumerate().position(|(i, b)| ends(i, *b)).unwrap_or(rest.len());
    Ok((rest[..length].to_vec(), start + length))
}

fn quoted(text: &[u8], start: usize) -> Result<(Vec<u8>, usize), DataError> {
    let mut out = Vec::new();
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (b'"', Some(b'"')) => {
                out.push(b'"');
                at += 2;
            }
            (b'"', _) => return Ok((out, skip_to_end(text, at + 1))),
            (byte, _) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    Err(DataError::Content {
        at: Span::new(start, start + 1),
        message: "this quoted cell is not closed".to_owned(),
    })
}

/// Blanks between a closing quote and the delimiter.
fn skip_to_end(text: &[u8], at: usize) -> usize {
    let blanks = text[at..].iter().take_while(|b| **b == b' ').count();
    at + blanks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_line_ends() {
        let rows = rows(b"a,\"b \"\"q\"\"\nc\"\r\n,\n", b',').unwrap();
        assert_eq!(rows, [vec![b"a".to_vec(), b"b \"q\"\nc".to_vec()], vec![vec![], vec![]]]);
        assert!(super::rows(b"\"open", b',').is_err());
    }

    #[test]
    fn text_after_a_closing_quote_starts_a_row_and_never_loops() {
        assert_eq!(rows(b"\"a\"b", b',').unwrap().len(), 2);
    }
}
