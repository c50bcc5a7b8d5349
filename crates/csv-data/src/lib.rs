//! Comma-separated values to plain data, and back.
//!
//! Records and fields are the `csv` crate's, which forgives what is malformed; this one says where a
//! text breaks the rules of quotes, and gives columns their types.
//!
//! *Invariants.* Any bytes give a table or a fault that has a place. Each row of a table with names
//! has as many cells as there are names.
//!
//! *Sources.* RFC 4180.

mod quotes;
mod schema;

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

pub use schema::{Cell, Schema, Setting};

/// How a text is to be read.
#[derive(Debug)]
pub struct Dialect {
    /// What separates fields: any byte but quotes and line ends.
    pub delimiter: u8,
    /// Whether the first record names the columns.
    pub header: bool,
    /// The types of columns.
    pub schema: Schema,
}

/// The rows of a text.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns, when the text has a header.
    pub names: Vec<Vec<u8>>,
    /// A row for each further record.
    pub rows: Vec<Vec<Cell>>,
}

/// Why a text gave no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// Whether this byte may separate fields.
#[must_use]
pub fn is_delimiter(byte: u8) -> bool {
    !matches!(byte, b'"' | b'\r' | b'\n')
}

/// Reads a text. A record ends with CR, LF or both; empty lines are no records, and a byte order mark
/// is no part of the first field.
///
/// # Errors
/// A quoted field that does not end, or goes on behind its end; a record that has not as many fields as
/// the header; a field that is not what the schema says.
pub fn read(text: &[u8], dialect: &Dialect) -> Result<Table, Fault> {
    quotes::check(text, dialect.delimiter)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let mut table = Table::default();
    let mut record = ByteRecord::new();
    let mut first = dialect.header;
    while more(&mut reader, &mut record)? {
        if std::mem::take(&mut first) {
            table.names = record.iter().map(<[u8]>::to_vec).collect();
            continue;
        }
        table.rows.push(row(&record, &table.names, dialect)?);
    }
    Ok(table)
}

/// Reads the next record, if there is one.
fn more(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord) -> Result<bool, Fault> {
    let found = reader.read_byte_record(record);
    found.map_err(|error| Fault::new(reader.position().byte() as usize, error.to_string()))
}

fn row(record: &ByteRecord, names: &[Vec<u8>], dialect: &Dialect) -> Result<Vec<Cell>, Fault> {
    let at = record.position().map_or(0, |place| place.byte() as usize);
    if dialect.header && record.len() != names.len() {
        let (fields, header) = (record.len(), names.len());
        return Err(Fault::new(
            at,
            format!("this record has {fields} fields, the header {header}"),
        ));
    }
    let cells = record.iter().enumerate().map(|(place, field)| {
        let cell = match names.get(place) {
            Some(name) => dialect.schema.cell(name, field),
            None => dialect.schema.cell(place.to_string().as_bytes(), field),
        };
        cell.map_err(|kind| {
            let field = String::from_utf8_lossy(field);
            Fault::new(at, format!("the field {field:?} of this record is no {kind}"))
        })
    });
    cells.collect()
}

/// The record of these fields, without line end; nothing when there are none.
#[must_use]
pub fn write<'f>(fields: impl IntoIterator<Item = &'f [u8]>, delimiter: u8) -> Vec<u8> {
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let record: ByteRecord = fields.into_iter().collect();
    if record.is_empty() || writer.write_byte_record(&record).is_err() {
        return Vec::new();
    }
    let mut text = writer.into_inner().unwrap_or_default();
    // The line end that the crate writes.
    text.pop();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&[&str]]) {
        let dialect = Dialect { delimiter: b',', header: false, schema: Schema::default() };
        let table = read(text.as_bytes(), &dialect).expect("a table");
        let shown = |cell: &Cell| match cell {
            Cell::Text(text) => String::from_utf8(text.clone()).expect("text"),
            other => format!("{other:?}"),
        };
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
        assert_eq!(rows, expect, "{text:?}");
    }

    #[test]
    fn records_follow_the_grammar() {
        check("", &[]);
        check("a,b\r\nc,d\r\n", &[&["a", "b"], &["c", "d"]]);
        check("a,\"b\"\"c\nd\",", &[&["a", "b\"c\nd", ""]]);
        check("a\n\n\"\"\rb", &[&["a"], &[""], &["b"]]);
        check("a\"b", &[&["a\"b"]]);
        check("\u{feff}\"a,b\"", &[&["a,b"]]);
    }

    #[test]
    fn faults_have_places() {
        let dialect = Dialect { delimiter: b',', header: true, schema: Schema::default() };
        let fault = |text: &str| read(text.as_bytes(), &dialect).expect_err(text);
        assert_eq!(fault("a,b\n1,2\n3\n"), Fault::new(8, "this record has 1 fields, the header 2"));
        assert_eq!(
            fault("\u{feff}\"a\"b"),
            Fault::new(6, "this quoted field goes on behind its end")
        );
        assert_eq!(fault("a,b\n1,\"2\n"), Fault::new(6, "this quoted field is not closed"));
        assert_eq!(
            fault("a,b\n\"1\"x,2"),
            Fault::new(7, "this quoted field goes on behind its end")
        );
    }

    #[test]
    fn what_was_written_is_read_again() {
        for (fields, expect) in [
            (&[][..], ""),
            (&[""], "\"\""),
            (&["", ""], ","),
            (&["a,b", "c\"d", "e\nf", "g\rh", " i "], "\"a,b\",\"c\"\"d\",\"e\nf\",\"g\rh\", i "),
        ] {
            let text = write(fields.iter().map(|field| field.as_bytes()), b',');
            assert_eq!(String::from_utf8_lossy(&text), expect);
            let rows: &[&[&str]] = if fields.is_empty() { &[] } else { &[fields] };
            check(expect, rows);
        }
    }
}
