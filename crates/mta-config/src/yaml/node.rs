//! The tree of one YAML document.

use diagnostics::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes of the value; empty where a value is left out.
    pub span: Span,
    /// Local tag without the exclamation mark (`Regex` for `!Regex`), if one is written.
    pub tag: Option<String>,
    /// The value.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text, number, boolean or nothing: the reader decides.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping; keys are unique.
    Map(Vec<Entry>),
}

/// A scalar as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after unescaping.
    pub text: String,
    /// Whether it stood without quotes, so that it may be a number, boolean or null.
    pub plain: bool,
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Bytes of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A node that stands nowhere, for trees that are built rather than read.
    pub fn synthetic(kind: Kind) -> Self {
        Self { span: Span::default(), tag: None, kind }
    }

    /// Text that is never taken for a number, boolean or null.
    pub fn text(text: impl Into<String>) -> Self {
        Self::synthetic(Kind::Scalar(Scalar { text: text.into(), plain: false }))
    }

    /// A number, boolean or other word that stands without quotes.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::synthetic(Kind::Scalar(Scalar { text: text.into(), plain: true }))
    }

    /// A mapping of the given entries.
    pub fn map(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Self {
        let entry = |(key, value): (&str, Node)| Entry {
            key: key.to_owned(),
            key_span: Span::default(),
            value,
        };
        Self::synthetic(Kind::Map(entries.into_iter().map(entry).collect()))
    }

    /// Whether the value is left out, `~` or `null`.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            Kind::Scalar(s) => s.plain && matches!(&*s.text, "" | "~" | "null" | "Null" | "NULL"),
            _ => false,
        }
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.value),
            _ => None,
        }
    }

    /// The value of a key, made an empty mapping or list by `default` where it is missing or null.
    ///
    /// `None` if this is not a mapping.
    pub fn entry_or(&mut self, key: &str, default: Kind) -> Option<&mut Self> {
        let Kind::Map(entries) = &mut self.kind else { return None };
        let at = match entries.iter().position(|e| e.key == key) {
            Some(at) => at,
            None => {
                let value = Self::synthetic(default.clone());
                entries.push(Entry { key: key.to_owned(), key_span: Span::default(), value });
                entries.len() - 1
            }
        };
        let value = &mut entries[at].value;
        if value.is_null() {
            value.kind = default;
        }
        Some(value)
    }

    /// What the node is, for messages: "a list", "text", …
    pub fn describe(&self) -> String {
        match &self.kind {
            _ if self.is_null() => "nothing".to_owned(),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
            Kind::Scalar(s) => format!("`{}`", excerpt(&s.text)),
        }
    }
}

/// At most forty characters of the first line.
fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}
