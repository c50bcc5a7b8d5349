//! One declaration per section: struct, defaults, reader, JSON Schema and key list.
//!
//! A section is a mapping with known keys. [`section!`] takes the struct as it is written in Rust,
//! with a default after a field's type where it has one, and generates everything else; a key can
//! therefore not be documented in one place and read in another. `docs/adr/0004` says why this is a
//! declarative macro and not serde.
//!
//! *Invariants.* Keys that begin with `x-` are free. A key with an empty value counts as left out.

use diagnostics::Span;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value as Json};

use crate::setting::{Report, Setting, Step};
use crate::yaml::{Entry, Kind, Node};

/// Declares a section.
///
/// ```text
/// section! {
///     /// What the section is.
///     pub struct Listener {
///         /// What the key is.            (documentation, also of the schema)
///         pub port: u16,                  (required, because the type has no absent value)
///         /// …
///         pub backlog: Option<u32>,       (may be left out)
///         /// …
///         pub kind as "type": Kind = Kind::Smtp,   (key that is no Rust name; default)
///     }
/// }
/// ```
macro_rules! section {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])+
               pub $field:ident $(as $key:literal)? : $ty:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])+ pub $field: $ty, )*
        }

        impl $name {
            const KEYS: &'static [&'static str] = &[$($crate::section::section!(@key $field $($key)?)),*];
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $crate::section::section!(@default $ty $(, $default)?) ),* }
            }
        }

        impl $crate::setting::Setting for $name {
            fn read(
                node: &$crate::yaml::Node,
                report: &mut $crate::setting::Report,
            ) -> Option<Self> {
                let mut reading = $crate::section::Reading::new(node, Self::KEYS, report)?;
                $( let $field = reading.field::<$ty>(
                    $crate::section::section!(@key $field $($key)?),
                    $crate::section::section!(@absent $ty $(, $default)?),
                ); )*
                Some(Self { $($field: $field?),* })
            }

            fn absent() -> Option<Self> {
                Some(Self { $( $field: $crate::section::section!(@absent $ty $(, $default)?)? ),* })
            }

            fn shown(&self) -> serde_json::Value {
                let mut shown = serde_json::Map::new();
                $( shown.insert(
                    $crate::section::section!(@key $field $($key)?).to_owned(),
                    <$ty as $crate::setting::Setting>::shown(&self.$field),
                ); )*
                serde_json::Value::Object(shown)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = $crate::section::SectionSchema::new(&[$($doc),+]);
                $( schema.field::<$ty>(
                    generator,
                    $crate::section::section!(@key $field $($key)?),
                    &[$($field_doc),+],
                    $crate::section::section!(@absent $ty $(, $default)?),
                ); )*
                schema.finish()
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@default $ty:ty) => { <$ty as Default>::default() };
    (@default $ty:ty, $default:expr) => { $default };
    (@absent $ty:ty) => { <$ty as $crate::setting::Setting>::absent() };
    (@absent $ty:ty, $default:expr) => { Some::<$ty>($default) };
}
pub(crate) use section;

/// The reading of one section.
pub(crate) struct Reading<'a> {
    entries: &'a [Entry],
    span: Span,
    report: &'a mut Report,
}

impl<'a> Reading<'a> {
    /// Reports unknown keys at once; `None` if the node is not a mapping.
    pub(crate) fn new(node: &'a Node, known: &[&str], report: &'a mut Report) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else { return report.wrong(node, "a mapping") };
        for entry in entries {
            let free = entry.key.starts_with("x-") || known.contains(&&*entry.key);
            if !free {
                report.unknown_key(&entry.key, entry.key_span, known);
            }
        }
        Some(Self { entries, span: node.span, report })
    }

    /// The value of a key, or its absent value; `None` with a report otherwise.
    pub(crate) fn field<T: Setting>(&mut self, key: &'static str, absent: Option<T>) -> Option<T> {
        let given = self.entries.iter().find(|e| e.key == key && !e.value.is_null());
        match (given, absent) {
            (Some(entry), _) => self.report.within(Step::Key(key), |r| T::read(&entry.value, r)),
            (None, Some(value)) => Some(value),
            (None, None) => {
                let at = Span { start: self.span.start, end: self.first_line_end() };
                self.report.problem(at, &format!("needs the key `{key}`"));
                None
            }
        }
    }

    /// End of the first key, so that a missing key does not underline a whole section.
    fn first_line_end(&self) -> u32 {
        self.entries.first().map_or(self.span.end, |e| e.key_span.end)
    }
}

/// The JSON Schema of one section while it is built.
pub(crate) struct SectionSchema {
    description: String,
    properties: Map<String, Json>,
    required: Vec<Json>,
}

impl SectionSchema {
    pub(crate) fn new(doc: &[&str]) -> Self {
        Self { description: prose(doc), properties: Map::new(), required: Vec::new() }
    }

    pub(crate) fn field<T: Setting>(
        &mut self,
        generator: &mut SchemaGenerator,
        key: &str,
        doc: &[&str],
        absent: Option<T>,
    ) {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("description".to_owned(), prose(doc).into());
        if let Some(format) = T::FORMAT {
            schema.insert("format".to_owned(), format.into());
        }
        match absent.map(|value| value.shown()) {
            None => self.required.push(key.into()),
            Some(Json::Null | Json::Object(_)) => {}
            Some(Json::Array(items)) if items.is_empty() => {}
            Some(value) => {
                schema.insert("default".to_owned(), value);
            }
        }
        self.properties.insert(key.to_owned(), schema.into());
    }

    pub(crate) fn finish(self) -> Schema {
        let mut schema = schemars::json_schema!({
            "type": "object",
            "description": self.description,
            "properties": self.properties,
            "patternProperties": { "^x-": true },
            "additionalProperties": false,
        });
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        schema
    }
}

/// Documentation lines as one text; the first blank of each line comes from the comment.
fn prose(doc: &[&str]) -> String {
    doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}
