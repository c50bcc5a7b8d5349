//! Options of messages and parts, and what their values mean.

use hsl_macros::Options;
use hsl_vm::Str;
use mail_message::{Field, Occurrence, Written};

/// Options of `getHeader`.
#[derive(Options)]
pub(super) struct GetOptions {
    /// Which occurrence, from the top.
    #[option(default = 0)]
    pub(super) index: f64,
    /// Return the unmodified field including its name and line end.
    #[option(default = false)]
    pub(super) field: bool,
    /// Decode encoded words to UTF-8.
    #[option(default = true, idle = ["field"])]
    pub(super) decode: bool,
}

/// Options of `getHeaders`.
#[derive(Options)]
pub(super) struct GetAllOptions {
    /// Return the unmodified fields including name and line end.
    #[option(default = false)]
    pub(super) field: bool,
    /// Decode encoded words to UTF-8.
    #[option(default = true, idle = ["field"])]
    pub(super) decode: bool,
}

/// Options of `setHeader`.
#[derive(Options)]
pub(super) struct SetOptions {
    /// Address one occurrence, counted from the top starting at 0.
    pub(super) index: Option<f64>,
    /// Encode and fold the value; false writes it verbatim.
    #[option(default = true)]
    pub(super) encode: bool,
}

/// Options of `addHeader`.
#[derive(Options)]
pub(super) struct AddOptions {
    /// Encode and fold the value; false writes it verbatim.
    #[option(default = true)]
    pub(super) encode: bool,
}

/// Options of `delHeader`.
#[derive(Options)]
pub(super) struct DeleteOptions {
    /// Address one occurrence, counted from the top starting at 0.
    pub(super) index: Option<f64>,
}

/// An occurrence from a script: what is no index addresses nothing.
pub(super) fn occurrence(index: Option<f64>) -> Occurrence {
    match index {
        None => Occurrence::All,
        Some(index) if (0.0..1e9).contains(&index) => Occurrence::At(index as usize),
        Some(_) => Occurrence::At(usize::MAX),
    }
}

pub(super) fn written(encode: bool) -> Written {
    if encode { Written::Encoded } else { Written::Verbatim }
}

/// A field or its value as text.
pub(super) fn shown(block: &[u8], field: &Field<'_>, whole: bool, decode: bool) -> Str {
    match whole {
        // Scripts put fields together again, so the line end stays.
        true => Str::from(block.get(field.range.clone()).unwrap_or_default()),
        false => Str::from(field.text(decode)),
    }
}

/// Options of `getBody`.
#[derive(Options)]
pub(super) struct BodyOptions {
    /// Undo the transfer encoding.
    #[option(default = true)]
    pub(super) decode: bool,
}

/// Transfer encodings of MIME, in any case (RFC 2045 §6.1).
const ENCODINGS: [&str; 4] = ["7bit", "8bit", "quoted-printable", "base64"];

/// Options of `setBody`.
#[derive(Options)]
pub(super) struct SetBodyOptions {
    /// Transfer encoding to declare and use.
    #[option(shown = "chosen automatically", values = ENCODINGS, open)]
    pub(super) encoding: Option<Str>,
}

/// Multipart types of RFC 2046 §5.1 and RFC 2387; there are more.
const MULTIPARTS: [&str; 3] = ["multipart/mixed", "multipart/alternative", "multipart/related"];

/// Options of `prependPart` and `appendPart`.
#[derive(Options)]
pub(super) struct BesideOptions {
    /// Multipart type (with parameters) used when wrapping.
    #[option(default = "multipart/mixed", values = MULTIPARTS, open)]
    r#type: Str,
}

impl BesideOptions {
    /// The type, when it can stand in a header.
    pub(super) fn kind(&self) -> Option<Vec<u8>> {
        let text = self.r#type.trim_ascii();
        let start = text.get(..10)?;
        let plain = text.iter().all(|byte| matches!(byte, b' '..=b'~'));
        (start.eq_ignore_ascii_case(b"multipart/") && plain).then(|| text.to_vec())
    }
}
