//! Options of the header methods, and what their values mean.

use hsl_macros::Options;
use hsl_vm::Str;
use mail_message::{Field, Message, Occurrence, Written};

/// Options of `getHeader`.
#[derive(Options)]
pub(super) struct GetOptions {
    /// Which occurrence, from the top.
    #[option(default = 0)]
    pub(super) index: f64,
    /// Return the unmodified field including its name.
    #[option(default = false)]
    pub(super) field: bool,
    /// Decode encoded words to UTF-8.
    #[option(default = true)]
    pub(super) decode: bool,
}

/// Options of `getHeaders`.
#[derive(Options)]
pub(super) struct GetAllOptions {
    /// Return the unmodified fields including the name.
    #[option(default = false)]
    pub(super) field: bool,
    /// Decode encoded words to UTF-8.
    #[option(default = true)]
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

pub(super) fn shown(message: &Message, field: &Field<'_>, whole: bool, decode: bool) -> Str {
    let text = if whole { message.raw(field).to_vec() } else { message.value(field, decode) };
    Str::from(text)
}
