//! Comma-separated values.
//!
//! *Not here.* The grammar and the types of columns (`csv-data`, which the loader of imports uses too).
//!
//! *Sources.* RFC 4180.

use csv_data::{Cell, Dialect, Schema, Setting, Table};
use hsl_macros::{Options, library};
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};

/// Builtins of this topic.
#[library(topic = "csv")]
pub(crate) mod functions {
    use super::*;

    /// Writes a list of values as one record, without line end.
    ///
    /// Values with delimiters, quotes or line breaks are quoted, and so is an empty value that stands
    /// alone; `none` is an empty field.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a delimiter that is not one byte. Ends the script when the text would exceed
    /// the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo csv_encode(["a", 1, "x,y"]); // a,1,"x,y"
    /// ```
    ///
    /// Source: RFC 4180. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn csv_encode(cx: &mut Cx<'_>, values: Array, options: EncodeOptions) -> Result<Str, Thrown> {
        let delimiter = delimiter("csv_encode", &options.delimiter)?;
        let mut fields = Vec::with_capacity(values.len());
        let mut size = 0_usize;
        for value in values.values() {
            let text = if value.is_none() { Str::new() } else { value.to_text() };
            // Quotes may double it.
            size = size.saturating_add(text.len().saturating_mul(2));
            cx.reserve(size)?;
            fields.push(text);
        }
        Ok(Str::from(csv_data::write(fields.iter().map(|field| &field[..]), delimiter)))
    }

    /// Reads records, quoted fields over several lines included.
    ///
    /// The result is a list of rows. The first record names the columns, unless `header` is false:
    /// then rows are lists. A record ends with CR, LF or both; empty lines are skipped. `schema` is an
    /// array of column to settings: `type` (string, boolean or number), `nullable` (true: an empty
    /// field is `none`; or the list of texts that are), `true` and `false` (lists of texts). Malformed
    /// input gives `none`: a quoted field that does not end or goes on behind its end, a record with
    /// more or fewer fields than the header, a field that is not of its column's type.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a delimiter that is not one byte and for a malformed schema.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo csv_decode("host,port\nmx1,25\n", ["schema" => ["port" => ["type" => "number"]]]); // [0=>["host"=>"mx1","port"=>25]]
    /// echo csv_decode("a;b", ["header" => false, "delimiter" => ";"]); // [0=>[0=>"a",1=>"b"]]
    /// ```
    ///
    /// Source: RFC 4180. Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "array")]
    fn csv_decode(
        cx: &mut Cx<'_>,
        string: Str,
        options: DecodeOptions,
    ) -> Result<Option<Array>, Thrown> {
        cx.charge(string.len());
        let delimiter = delimiter("csv_decode", &options.delimiter)?;
        let dialect =
            Dialect { delimiter, header: options.header, schema: schema(options.schema)? };
        let fields = memchr::memchr3_iter(delimiter, b'\n', b'\r', &string).count();
        cx.reserve(fields * FIELD)?;
        Ok(csv_data::read(&string, &dialect).ok().map(rows))
    }
}

/// Options of `csv_encode`.
#[derive(Options)]
struct EncodeOptions {
    /// Field separator.
    #[option(default = ",")]
    delimiter: Str,
}

/// Options of `csv_decode`.
#[derive(Options)]
struct DecodeOptions {
    /// Field separator.
    #[option(default = ",")]
    delimiter: Str,
    /// First record names the columns.
    #[option(default = true)]
    header: bool,
    /// Per column: type (string, boolean, number), nullable (boolean or list of texts), true and
    /// false (lists of texts, defaults "true" and "false").
    schema: Option<Array>,
}

/// Bytes that a short field takes while it is read and becomes a value.
const FIELD: usize = 64;

fn delimiter(function: &str, text: &[u8]) -> Result<u8, Thrown> {
    match text {
        [byte] if csv_data::is_delimiter(*byte) => Ok(*byte),
        _ => Err(Thrown::Error(format!("{function}: option \"delimiter\" must be one byte"))),
    }
}

fn schema(given: Option<Array>) -> Result<Schema, Thrown> {
    let Some(given) = given else { return Ok(Schema::default()) };
    Schema::read(Given(&given.into()))
        .ok_or_else(|| Thrown::error("csv_decode: option \"schema\" is malformed"))
}

/// Rows with the names of columns as keys, or as lists.
fn rows(table: Table) -> Array {
    let names: Vec<Key> = table.names.iter().map(|name| Key::text(name)).collect();
    let row = |cells: Vec<Cell>| {
        let values = cells.into_iter().map(|cell| match cell {
            Cell::None => Value::none(),
            Cell::Boolean(flag) => Value::boolean(flag),
            Cell::Number(number) => Value::number(number),
            Cell::Text(text) => Value::string(text),
        });
        let keys = |at: usize| names.get(at).cloned().unwrap_or_else(|| Key::from(at));
        let pairs = values.enumerate().map(|(at, value)| (keys(at), value));
        Value::array(pairs.collect::<Array>())
    };
    table.rows.into_iter().map(row).collect()
}

/// What the script wrote about the types of columns.
#[derive(Clone, Copy)]
struct Given<'v>(&'v Value);

impl Setting for Given<'_> {
    fn text(self) -> Option<Vec<u8>> {
        self.0.as_str().map(|text| text.to_vec())
    }

    fn boolean(self) -> Option<bool> {
        match self.0 {
            Value::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    fn items(self) -> Option<Vec<(Vec<u8>, Self)>> {
        let items = self.0.as_array()?.iter();
        Some(items.map(|(key, item)| (key.to_value().to_text().to_vec(), Self(item))).collect())
    }
}
