//! Types of columns.

/// One field of a row, in the type of its column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// The column may be empty, and here it is.
    None,
    /// A field of a column of booleans.
    Boolean(bool),
    /// A field of a column of numbers.
    Number(f64),
    /// Any other field, as it stands.
    Text(Vec<u8>),
}

/// Part of a schema as someone wrote it, whatever values are made of.
pub trait Setting: Copy {
    /// Its text, if it is one.
    fn text(self) -> Option<Vec<u8>>;
    /// Its boolean, if it is one.
    fn boolean(self) -> Option<bool>;
    /// Its items with their keys as texts (those of a list count from 0), if it has any.
    fn items(self) -> Option<Vec<(Vec<u8>, Self)>>;

    /// The item under this key.
    fn item(self, key: &str) -> Option<Self> {
        let items = self.items()?;
        items.into_iter().rev().find(|(name, _)| name == key.as_bytes()).map(|(_, item)| item)
    }
}

/// What is known about each column.
#[derive(Debug, Default)]
pub struct Schema {
    columns: Vec<(Vec<u8>, Column)>,
}

#[derive(Debug)]
struct Column {
    kind: Kind,
    /// Texts that mean that there is no value.
    none: Vec<Vec<u8>>,
    yes: Vec<Vec<u8>>,
    no: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Number,
    Boolean,
}

impl Schema {
    /// Reads what was written: column (its name, or its place from 0) to `type` (string, boolean or
    /// number), `nullable` (a boolean, or texts that mean none), `true` and `false` (texts). None when
    /// it is malformed.
    pub fn read(given: impl Setting) -> Option<Self> {
        let columns = given.items()?.into_iter();
        let columns = columns.map(|(name, settings)| Some((name, Column::read(settings)?)));
        columns.collect::<Option<_>>().map(|columns| Self { columns })
    }

    /// The cell of a field; else the kind of value that it should be.
    pub(crate) fn cell(&self, column: &[u8], field: &[u8]) -> Result<Cell, &'static str> {
        match self.columns.iter().find(|(name, _)| name == column) {
            Some((_, column)) => column.cell(field),
            None => Ok(Cell::Text(field.to_vec())),
        }
    }
}

impl Column {
    fn read(settings: impl Setting) -> Option<Self> {
        settings.items()?;
        let kind = match settings.item("type") {
            None => Kind::Text,
            Some(kind) => match &kind.text()?[..] {
                b"string" => Kind::Text,
                b"number" => Kind::Number,
                b"boolean" => Kind::Boolean,
                _ => return None,
            },
        };
        let none = match settings.item("nullable") {
            None => Vec::new(),
            Some(nullable) => match nullable.boolean() {
                Some(false) => Vec::new(),
                Some(true) => vec![Vec::new()],
                None => texts(nullable)?,
            },
        };
        let words = |name: &str| match settings.item(name) {
            None => Some(vec![name.as_bytes().to_vec()]),
            Some(list) => texts(list),
        };
        Some(Self { kind, none, yes: words("true")?, no: words("false")? })
    }

    fn cell(&self, field: &[u8]) -> Result<Cell, &'static str> {
        let among = |texts: &[Vec<u8>]| texts.iter().any(|text| text == field);
        if among(&self.none) {
            return Ok(Cell::None);
        }
        match self.kind {
            Kind::Text => Ok(Cell::Text(field.to_vec())),
            Kind::Number => number(field).map(Cell::Number).ok_or("number"),
            Kind::Boolean if among(&self.yes) => Ok(Cell::Boolean(true)),
            Kind::Boolean if among(&self.no) => Ok(Cell::Boolean(false)),
            Kind::Boolean => Err("boolean"),
        }
    }
}

fn texts(list: impl Setting) -> Option<Vec<Vec<u8>>> {
    list.items()?.into_iter().map(|(_, item)| item.text()).collect()
}

/// A decimal number, perhaps between blanks.
fn number(field: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(field.trim_ascii()).ok()?;
    // Rust also reads `inf` and `nan`.
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_decimal && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for (text, expect) in [
            ("5", Some(5.0)),
            (" -2.5e1 ", Some(-25.0)),
            ("+1", Some(1.0)),
            ("", None),
            ("inf", None),
            ("1e999", None),
            ("0x1f", None),
            ("1 2", None),
        ] {
            assert_eq!(number(text.as_bytes()), expect, "{text}");
        }
    }
}
