//! Types of columns.

use hsl_vm::{Array, Key, Str, Thrown, Value};

/// What is known about each column.
#[derive(Default)]
pub(super) struct Schema {
    columns: Vec<(Key, Column)>,
}

struct Column {
    kind: Kind,
    /// Texts that mean `none`.
    none: Vec<Str>,
    yes: Vec<Str>,
    no: Vec<Str>,
}

enum Kind {
    Text,
    Number,
    Boolean,
}

impl Schema {
    /// Reads the option.
    pub(super) fn read(given: Option<&Array>) -> Result<Self, Thrown> {
        let Some(given) = given else { return Ok(Self::default()) };
        let columns = given.iter().map(|(key, settings)| Some((key, Column::read(settings)?)));
        match columns.collect() {
            Some(columns) => Ok(Self { columns }),
            None => Err(Thrown::error("csv_decode: option \"schema\" is malformed")),
        }
    }

    /// The value of a field; none when it is not of the column's type.
    pub(super) fn value(&self, column: &Key, field: &[u8]) -> Option<Value> {
        match self.columns.iter().find(|(key, _)| key == column) {
            Some((_, column)) => column.value(field),
            None => Some(Value::string(field)),
        }
    }
}

impl Column {
    fn read(settings: &Value) -> Option<Self> {
        let settings = settings.as_array()?;
        let kind = match settings.get_str("type") {
            None => Kind::Text,
            Some(kind) => match &kind.as_str()?[..] {
                b"string" => Kind::Text,
                b"number" => Kind::Number,
                b"boolean" => Kind::Boolean,
                _ => return None,
            },
        };
        let none = match settings.get_str("nullable") {
            None | Some(Value::Boolean(false)) => Vec::new(),
            Some(Value::Boolean(true)) => vec![Str::new()],
            Some(list) => texts(list)?,
        };
        let words = |name: &str| match settings.get_str(name) {
            None => Some(vec![Str::from(name)]),
            Some(list) => texts(list),
        };
        Some(Self { kind, none, yes: words("true")?, no: words("false")? })
    }

    fn value(&self, field: &[u8]) -> Option<Value> {
        let among = |texts: &[Str]| texts.iter().any(|text| text[..] == *field);
        if among(&self.none) {
            return Some(Value::none());
        }
        match self.kind {
            Kind::Text => Some(Value::string(field)),
            Kind::Number => hsl_vm::parse_number(field).map(Value::number),
            Kind::Boolean if among(&self.yes) => Some(Value::boolean(true)),
            Kind::Boolean if among(&self.no) => Some(Value::boolean(false)),
            Kind::Boolean => None,
        }
    }
}

fn texts(list: &Value) -> Option<Vec<Str>> {
    list.as_array()?.values().map(|text| text.as_str().cloned()).collect()
}
