//! Comma-separated values.
//!
//! *Sources.* RFC 4180.

mod schema;

use hsl_macros::{Options, library};
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};

use schema::Schema;

/// Builtins of this topic.
#[library(topic = "csv")]
pub(crate) mod functions {
    use super::*;

    /// Writes a list of values as one record, without line end.
    ///
    /// Values with delimiters, quotes or line breaks are quoted; `none` is an empty field.
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
        let mut out = Vec::new();
        for (at, value) in values.values().enumerate() {
            if at > 0 {
                out.push(delimiter);
            }
            let text = if value.is_none() { Str::new() } else { value.to_text() };
            // Quotes may double it.
            cx.reserve(text.len().saturating_mul(2).saturating_add(out.len()))?;
            write_field(&mut out, &text, delimiter);
        }
        Ok(Str::from(out))
    }

    /// Reads records, quoted fields over several lines included.
    ///
    /// The result is a list of rows. The first record names the columns, unless `header` is false:
    /// then rows are lists. `schema` is an array of column to settings: `type` (string, boolean or
    /// number), `nullable` (true: an empty field is `none`; or the list of texts that are), `true`
    /// and `false` (lists of texts). Malformed input gives `none`.
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
        let schema = Schema::read(options.schema.as_ref())?;
        let fields = memchr::memchr2_iter(delimiter, b'\n', &string).count();
        cx.reserve(fields * FIELD)?;
        Ok(records(&string, delimiter).and_then(|found| rows(found, options.header, &schema)))
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

type Record = Vec<Vec<u8>>;

fn delimiter(function: &str, text: &[u8]) -> Result<u8, Thrown> {
    match text {
        [byte] if !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ => Err(Thrown::Error(format!("{function}: option \"delimiter\" must be one byte"))),
    }
}

fn write_field(out: &mut Vec<u8>, text: &[u8], delimiter: u8) {
    if !text.iter().any(|byte| matches!(byte, b'"' | b'\r' | b'\n') || *byte == delimiter) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        out.push(*byte);
        if *byte == b'"' {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// The records of a text; none when a quoted field does not end properly.
fn records(text: &[u8], delimiter: u8) -> Option<Vec<Record>> {
    let mut records = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut record = Vec::new();
        loop {
            let (field, after) = take_field(rest, delimiter)?;
            record.push(field);
            rest = after;
            match rest.first() {
                Some(byte) if *byte == delimiter => rest = &rest[1..],
                _ => break,
            }
        }
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
        records.push(record);
    }
    Some(records)
}

/// A field, and what follows it: a delimiter, a line end or nothing.
fn take_field(text: &[u8], delimiter: u8) -> Option<(Vec<u8>, &[u8])> {
    let ends = |rest: &[u8]| {
        matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..]) || rest.first() == Some(&delimiter)
    };
    let Some(mut rest) = text.strip_prefix(b"\"") else {
        let length = (0..=text.len()).find(|at| ends(&text[*at..]))?;
        return Some((text[..length].to_vec(), &text[length..]));
    };
    let mut field = Vec::new();
    loop {
        let quote = rest.iter().position(|byte| *byte == b'"')?;
        field.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                field.push(b'"');
                rest = after;
            }
            None => return ends(rest).then_some((field, rest)),
        }
    }
}

fn rows(mut records: Vec<Record>, header: bool, schema: &Schema) -> Option<Array> {
    let names: Vec<Key> = match header && !records.is_empty() {
        true => records.remove(0).iter().map(|name| Key::text(name)).collect(),
        false => Vec::new(),
    };
    let row = |record: Record| {
        if header && record.len() != names.len() {
            return None;
        }
        let fields = record.iter().enumerate().map(|(at, field)| {
            let key = if header { names[at].clone() } else { Key::from(at) };
            let value = schema.value(&key, field)?;
            Some((key, value))
        });
        fields.collect::<Option<Array>>().map(Value::array)
    };
    records.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&[&[&str]]>) {
        let found = records(text.as_bytes(), b',').map(|records| {
            let text = |field: Vec<u8>| String::from_utf8(field).expect("text");
            let record = |record: Record| record.into_iter().map(text).collect::<Vec<_>>();
            records.into_iter().map(record).collect::<Vec<_>>()
        });
        let expect = expect.map(|records| {
            records
                .iter()
                .map(|r| r.iter().map(|f| (*f).to_owned()).collect())
                .collect::<Vec<Vec<_>>>()
        });
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn records_follow_the_grammar() {
        check("", Some(&[]));
        check("a,b\r\nc,d\r\n", Some(&[&["a", "b"], &["c", "d"]]));
        check("a,\"b\"\"c\nd\",", Some(&[&["a", "b\"c\nd", ""]]));
        check("\n", Some(&[&[""]]));
        check("a\"b", Some(&[&["a\"b"]]));
        check("\"a", None);
        check("\"a\"b", None);
    }
}
