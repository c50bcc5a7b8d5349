//! Data imports: files converted to constants when a program is built.
//!
//! A loader is chosen by `loader!` or by the extension and turns bytes into a [`Datum`].
//! Certificates and keys stay what they are, and so do messages: their text is the constant, of which
//! each run makes a message of its own.
//!
//! *Sources.* Language reference 15.4.

mod csv;
mod json;
mod pki;
mod text;
mod yaml;

use std::sync::Arc;

use diagnostics::Span;
use mail_crypto::{Certificate, PrivateKey};

/// A constant value.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `none`
    None,
    /// `true`, `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A byte string.
    Text(Arc<[u8]>),
    /// Elements in order; an element without key takes the next integer.
    Array(Vec<(Option<Arc<[u8]>>, Datum)>),
    /// A certificate.
    Certificate {
        /// The certificate.
        certificate: Shared<Certificate>,
        /// Whether scripts get a resource, not an object.
        resource: bool,
    },
    /// A private key.
    Key(Shared<PrivateKey>),
    /// The text of a message, which scripts see as an object that they may change.
    Message(Arc<[u8]>),
}

/// Something that is only equal to itself.
#[derive(Debug)]
pub struct Shared<T>(pub Arc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Datum {
    /// A string.
    pub fn text(bytes: impl AsRef<[u8]>) -> Self {
        Self::Text(bytes.as_ref().into())
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(items.into_iter().map(|item| (None, item)).collect())
    }

    /// The last element under this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Array(elements) = self else { return None };
        let named = elements.iter().rev().find(|(k, _)| k.as_deref() == Some(key.as_bytes()));
        named.map(|(_, value)| value)
    }
}

/// Why a file cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// No loader has this name.
    #[error("there is no loader {0:?}; known are json, yaml, csv, txt, crt, key and eml")]
    Loader(String),
    /// The loader does not know the option.
    #[error("unknown option {name:?}")]
    Option {
        /// As written.
        name: String,
        /// What was probably meant.
        similar: Option<&'static str>,
    },
    /// An option has a value of the wrong type.
    #[error("the option {name:?} must be {expected}")]
    OptionValue {
        /// Which option.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// The text does not follow its format.
    #[error("{message}")]
    Content {
        /// Where in the data file.
        at: Span,
        /// What is wrong.
        message: String,
    },
}

impl DataError {
    /// What is wrong with the byte at this offset of a text, or at its end.
    fn content(text: &[u8], at: usize, message: impl Into<String>) -> Self {
        let end = (at + 1).min(text.len()).max(at);
        Self::Content { at: Span::new(at, end), message: message.into() }
    }
}

/// A loader of data files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// JSON with comments.
    Json,
    /// YAML 1.2.
    Yaml,
    /// Rows of comma-separated values.
    Csv,
    /// The bytes as they are, or a list of lines.
    Text,
    /// Certificates in PEM.
    Certificates,
    /// A private key in PEM.
    Key,
    /// A message; any text is one.
    Message,
}

impl Loader {
    /// The loader of a name or extension.
    ///
    /// # Errors
    /// [`DataError::Loader`].
    pub fn find(name: &str) -> Result<Self, DataError> {
        match name {
            "json" => Ok(Self::Json),
            "yaml" | "yml" => Ok(Self::Yaml),
            "csv" => Ok(Self::Csv),
            "txt" => Ok(Self::Text),
            "crt" => Ok(Self::Certificates),
            "key" => Ok(Self::Key),
            "eml" => Ok(Self::Message),
            _ => Err(DataError::Loader(name.to_owned())),
        }
    }

    /// Names of the options it takes.
    pub fn options(self) -> &'static [&'static str] {
        match self {
            Self::Json | Self::Yaml | Self::Key | Self::Message => &[],
            Self::Certificates => &["resource"],
            Self::Csv => &["delimiter", "header", "schema"],
            Self::Text => &["array"],
        }
    }

    /// Converts a file.
    ///
    /// # Errors
    /// Unknown or wrong options, and content that does not follow the format.
    pub fn load(self, text: &[u8], options: &Datum) -> Result<Datum, DataError> {
        self.check_options(options)?;
        match self {
            Self::Json => json::decode(text),
            Self::Yaml => yaml::decode(text),
            Self::Csv => csv::decode(text, options),
            Self::Text => text::decode(text, options),
            Self::Certificates => pki::certificates(text, options),
            Self::Key => pki::key(text),
            Self::Message => Ok(Datum::Message(text.into())),
        }
    }

    fn check_options(self, options: &Datum) -> Result<(), DataError> {
        let Datum::Array(elements) = options else { return Ok(()) };
        for (key, _) in elements {
            let name = String::from_utf8_lossy(key.as_deref().unwrap_or_default());
            if !self.options().contains(&&*name) {
                let similar = diagnostics::nearest(&name, self.options().iter().copied());
                return Err(DataError::Option { name: name.into_owned(), similar });
            }
        }
        Ok(())
    }
}

/// A boolean option.
fn flag(options: &Datum, name: &'static str, default: bool) -> Result<bool, DataError> {
    match options.get(name) {
        None => Ok(default),
        Some(Datum::Boolean(value)) => Ok(*value),
        Some(_) => Err(DataError::OptionValue { name, expected: "true or false" }),
    }
}
