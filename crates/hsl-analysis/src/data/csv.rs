//! The `csv` loader: RFC 4180 rows, keyed by the header or as lists.

use std::sync::Arc;

use csv_data::{Cell, Dialect, Schema, Setting};

use super::{DataError, Datum, flag};

pub(super) fn decode(text: &[u8], options: &Datum) -> Result<Datum, DataError> {
    let dialect = Dialect {
        delimiter: delimiter(options)?,
        header: flag(options, "header", true)?,
        schema: schema(options)?,
    };
    let table = csv_data::read(text, &dialect)
        .map_err(|fault| DataError::content(text, fault.at, fault.message))?;
    let names: Vec<Arc<[u8]>> = table.names.into_iter().map(Into::into).collect();
    let row = |cells: Vec<Cell>| {
        let values = cells.into_iter().map(|cell| match cell {
            Cell::None => Datum::None,
            Cell::Boolean(flag) => Datum::Boolean(flag),
            Cell::Number(number) => Datum::Number(number),
            Cell::Text(text) => Datum::Text(text.into()),
        });
        Datum::Array(
            values.enumerate().map(|(at, value)| (names.get(at).cloned(), value)).collect(),
        )
    };
    Ok(Datum::list(table.rows.into_iter().map(row)))
}

fn delimiter(options: &Datum) -> Result<u8, DataError> {
    match options.get("delimiter") {
        None => Ok(b','),
        Some(Datum::Text(text)) if text.len() == 1 && csv_data::is_delimiter(text[0]) => {
            Ok(text[0])
        }
        Some(_) => Err(DataError::OptionValue { name: "delimiter", expected: "one byte" }),
    }
}

fn schema(options: &Datum) -> Result<Schema, DataError> {
    let Some(given) = options.get("schema") else { return Ok(Schema::default()) };
    let expected = "an array of columns with type, nullable, true and false";
    Schema::read(given).ok_or(DataError::OptionValue { name: "schema", expected })
}

impl Setting for &Datum {
    fn text(self) -> Option<Vec<u8>> {
        match self {
            Datum::Text(text) => Some(text.to_vec()),
            _ => None,
        }
    }

    fn boolean(self) -> Option<bool> {
        match self {
            Datum::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    fn items(self) -> Option<Vec<(Vec<u8>, Self)>> {
        let Datum::Array(items) = self else { return None };
        let mut places = 0..;
        let items = items.iter().map(|(key, item)| match key {
            Some(key) => (key.to_vec(), item),
            None => (places.next().unwrap_or(0_usize).to_string().into_bytes(), item),
        });
        Some(items.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(settings: Vec<(&str, Datum)>) -> Datum {
        Datum::Array(
            settings.into_iter().map(|(key, v)| (Some(key.as_bytes().into()), v)).collect(),
        )
    }

    #[test]
    fn columns_have_the_types_of_the_schema() {
        let schema = column(vec![
            (
                "port",
                column(vec![("type", Datum::text("number")), ("nullable", Datum::Boolean(true))]),
            ),
            (
                "on",
                column(vec![
                    ("type", Datum::text("boolean")),
                    ("true", Datum::list([Datum::text("yes")])),
                    ("false", Datum::list([Datum::text("no")])),
                ]),
            ),
        ]);
        let options = column(vec![("schema", schema)]);
        let rows = decode(b"host,port,on\r\nmx1,25,yes\r\nmx2,,no\r\n", &options).unwrap();
        let row = |host, port, on| {
            column(vec![("host", Datum::text(host)), ("port", port), ("on", Datum::Boolean(on))])
        };
        let expect = [row("mx1", Datum::Number(25.0), true), row("mx2", Datum::None, false)];
        assert_eq!(rows, Datum::list(expect));
        assert!(decode(b"port\nx\n", &options).is_err());
    }

    #[test]
    fn faults_have_places() {
        let none = Datum::None;
        let fault = |text: &[u8]| match decode(text, &none) {
            Err(DataError::Content { at, message }) => format!("{} {message}", at.start),
            other => format!("{other:?}"),
        };
        assert_eq!(fault(b"a\n\"open"), "2 this quoted field is not closed");
        assert_eq!(fault(b"a\n\"b\"c"), "5 this quoted field goes on behind its end");
    }
}
