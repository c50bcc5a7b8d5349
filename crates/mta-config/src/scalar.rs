//! Plain values: text, numbers, booleans, addresses, paths, and words out of a fixed set.
//!
//! Numbers may be quoted and text may look like a number, because published configurations write
//! both (`umask: "0027"`, `version: "6.10"`).

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Deref;
use std::path::PathBuf;

use diagnostics::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;
use yaml_data::Scalar;

use crate::setting::{Report, Setting, scalar};
use crate::yaml::{Kind, Node};

impl Setting for String {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        Some(scalar(node, "text", report)?.text.clone())
    }

    fn shown(&self) -> Json {
        self.as_str().into()
    }
}

impl Setting for PathBuf {
    const FORMAT: Option<&'static str> = Some("path");

    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let text = &scalar(node, "a path", report)?.text;
        match text.is_empty() || text.contains('\0') {
            true => report.wrong(node, "a path"),
            false => Some(Self::from(text)),
        }
    }

    fn shown(&self) -> Json {
        self.to_string_lossy().into()
    }
}

impl Setting for bool {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let scalar = scalar(node, "`true` or `false`", report)?;
        match &*scalar.text {
            "true" | "True" | "TRUE" if scalar.plain => Some(true),
            "false" | "False" | "FALSE" if scalar.plain => Some(false),
            _ => report.wrong(node, "`true` or `false`"),
        }
    }

    fn shown(&self) -> Json {
        (*self).into()
    }
}

impl Setting for IpAddr {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "an IPv4 or IPv6 address";
        scalar(node, wanted, report)?.text.parse().ok().or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        self.to_string().into()
    }
}

macro_rules! whole_numbers {
    ($($ty:ty),*) => { $(
        impl Setting for $ty {
            fn read(node: &Node, report: &mut Report) -> Option<Self> {
                let wanted = || format!("a whole number from 0 to {}", <$ty>::MAX);
                let number = match &node.kind {
                    Kind::Scalar(scalar) => scalar.text.parse().ok(),
                    _ => None,
                };
                number.or_else(|| report.wrong(node, &wanted()))
            }

            fn shown(&self) -> Json {
                (*self).into()
            }
        }
    )* };
}
whole_numbers!(u8, u16, u32, u64);

impl Setting for f64 {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "a number";
        let number = scalar(node, wanted, report)?.text.parse().ok();
        number.filter(|number: &Self| number.is_finite()).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        (*self).into()
    }
}

/// A value that is kept as it is: settings of plug-ins, or of features that read them themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Any(pub Json);

impl Setting for Any {
    fn read(node: &Node, _report: &mut Report) -> Option<Self> {
        Some(Self(json(node)))
    }

    fn shown(&self) -> Json {
        self.0.clone()
    }
}

impl JsonSchema for Any {
    fn schema_name() -> Cow<'static, str> {
        "Any".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

/// The node by the core schema of YAML 1.2.
fn json(node: &Node) -> Json {
    match &node.kind {
        Kind::List(items) => items.iter().map(json).collect(),
        Kind::Map(entries) => entries.iter().map(|e| (e.key.clone(), json(&e.value))).collect(),
        Kind::Scalar(_) if node.is_null() => Json::Null,
        Kind::Scalar(scalar) if scalar.plain => plain(&scalar.text),
        Kind::Scalar(scalar) => scalar.text.as_str().into(),
    }
}

fn plain(text: &str) -> Json {
    match yaml_data::plain(text.into()) {
        Scalar::None => Json::Null,
        Scalar::Boolean(flag) => flag.into(),
        Scalar::Number(number) => {
            let whole = text.parse::<i64>().ok().map(Json::from);
            let real = || Some(number).filter(|n| n.is_finite()).map(Json::from);
            whole.or_else(real).unwrap_or_else(|| text.into())
        }
        Scalar::Text(text) => text.into(),
    }
}

/// A value that remembers where it stands, so that later checks can point at it.
#[derive(Clone, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file; empty if it was not read from one.
    pub span: Span,
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Self { value, span: Span::default() }
    }
}

/// Two values are equal wherever they stand.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Setting> Setting for Spanned<T> {
    const FORMAT: Option<&'static str> = T::FORMAT;

    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        T::read(node, report).map(|value| Self { value, span: node.span })
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::from)
    }

    fn shown(&self) -> Json {
        self.value.shown()
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A key that is understood and checked but has no effect; a notice says so where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignored<T>(pub Option<T>);

impl<T> Default for Ignored<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Setting> Setting for Ignored<T> {
    const FORMAT: Option<&'static str> = T::FORMAT;

    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let value = T::read(node, report)?;
        report.ignored(node.span);
        Some(Self(Some(value)))
    }

    fn absent() -> Option<Self> {
        Some(Self(None))
    }

    fn shown(&self) -> Json {
        self.0.as_ref().map_or(Json::Null, T::shown)
    }
}

impl<T: JsonSchema> JsonSchema for Ignored<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Declares a type with a fixed set of words, one of which stands for a key that is left out.
macro_rules! words {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])+ $(#[$default:ident])? $variant:ident = $word:literal ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[doc = $word_doc])+ $(#[$default])? $variant, )*
        }

        impl $name {
            /// The word as it is written in the configuration.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl $crate::setting::Setting for $name {
            fn read(
                node: &$crate::yaml::Node,
                report: &mut $crate::setting::Report,
            ) -> Option<Self> {
                let word = $crate::scalar::word(node, &[$($word),*], report)?;
                match &*word { $( $word => Some(Self::$variant), )* _ => None }
            }

            fn absent() -> Option<Self> {
                Some(Self::default())
            }

            fn shown(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($word),*] })
            }
        }
    };
}
pub(crate) use words;

/// The word if it is one of the allowed ones, or a report with the nearest of them.
pub(crate) fn word(node: &Node, allowed: &[&str], report: &mut Report) -> Option<String> {
    let text = &scalar(node, &one_of(allowed), report)?.text;
    if allowed.contains(&&**text) {
        return Some(text.clone());
    }
    let near = diagnostics::nearest(text, allowed.iter().copied());
    let message = format!("must be {}, not {}", one_of(allowed), node.describe());
    let finding = report.problem(node.span, &message);
    if let Some(near) = near {
        finding.help = Some(format!("did you mean `{near}`?"));
        *finding = finding.clone().replace(format!("Change to `{near}`"), near);
    }
    None
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
