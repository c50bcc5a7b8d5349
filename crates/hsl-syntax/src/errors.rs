//! Syntax errors: where the text leaves the grammar, and what would have been right there.
//!
//! The tree says that something is wrong, with ERROR nodes around what did not fit and MISSING nodes
//! for what was made up. The offending token is the first one that its own parse state cannot take;
//! what was expected follows from the look-ahead set of the state behind the token before it and
//! from the brackets that are open there.
//!
//! *Invariants.* The time is linear in the text, and each error costs a bounded number of
//! parses of at most 16 KiB of its statement. Two errors never stand at one place.
//!
//! *Not here.* Rules that a tree without ERROR can break (`validate`).

mod brackets;
mod describe;
mod expected;
mod found;
mod leaves;
mod locate;
mod probe;

use diagnostics::Span;
use tree_sitter::Tree;

use crate::depth::MAX_DEPTH;
use crate::validate::validate;

/// A second place that explains an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What there is to see.
    pub message: String,
}

/// A place where the text breaks the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What was found; without width where something is missing at the end of a line or the file.
    pub span: Span,
    /// What was expected and what was found.
    pub message: String,
    /// Further places: where a bracket was opened, for example.
    pub labels: Vec<Label>,
}

impl SyntaxError {
    /// More errors of one file are not reported.
    pub const LIMIT: usize = 50;

    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), labels: Vec::new() }
    }

    pub(crate) fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    pub(crate) fn too_deep(span: Span) -> Self {
        Self::new(span, format!("this is nested more than {MAX_DEPTH} levels deep"))
    }
}

/// Every error of a tree, in the order of the text.
pub(crate) fn collect(tree: &Tree, text: &[u8]) -> Vec<SyntaxError> {
    let mut errors = validate(tree.root_node(), text);
    // What follows an unclosed string or comment is lost; errors behind it would only repeat that.
    let lost = errors.iter().filter(|error| error.span.end as usize >= text.len());
    let end = lost.map(|error| error.span.start).min().unwrap_or(u32::MAX);
    if tree.root_node().has_error() {
        errors.extend(describe::errors(tree, text).into_iter().filter(|e| e.span.start < end));
    }
    errors.sort_by_key(|error| error.span.start);
    errors.dedup_by_key(|error| error.span.start);
    errors.truncate(SyntaxError::LIMIT);
    errors
}
