//! An open document.

use std::sync::Arc;

use diagnostics::Span;
use gen_lsp_types::TextDocumentContentChangeEvent as Change;
use hsl_syntax::{Edit, Parse, parse};

use crate::position::{Encoding, Lines};

/// A text as the editor has it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The editor's name for it.
    pub(crate) uri: Arc<str>,
    /// The editor's number of this text.
    pub(crate) version: i32,
    /// The text and its tree.
    pub(crate) parse: Parse,
}

impl Document {
    /// A document that was just opened.
    pub(crate) fn new(uri: Arc<str>, version: i32, text: String) -> Self {
        Self { uri, version, parse: parse(text.into_bytes()) }
    }

    /// The document after changes, each in the coordinates that the ones before it left.
    pub(crate) fn change(&self, version: i32, changes: Vec<Change>, encoding: Encoding) -> Self {
        let mut parse_now = self.parse.clone();
        for change in changes {
            parse_now = match change {
                Change::TextDocumentContentChangePartial(part) => {
                    let lines = Lines::new(&parse_now.text, encoding);
                    let (start, end) =
                        (lines.offset(part.range.start), lines.offset(part.range.end));
                    let span = Span::new(start, end.max(start));
                    parse_now.edit(&[Edit { span, text: part.text.into_bytes() }])
                }
                Change::TextDocumentContentChangeWholeDocument(whole) => {
                    parse(whole.text.into_bytes())
                }
            };
        }
        Self { uri: Arc::clone(&self.uri), version, parse: parse_now }
    }
}
