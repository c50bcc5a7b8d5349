//! Syntax errors: where the text leaves the grammar, and what would have been right there.

use diagnostics::Span;
use tree_sitter::{Node, Tree};

use crate::ast::span_of;
use crate::depth::MAX_DEPTH;

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
    /// What was found; without width where something is missing at the end of the file.
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

    pub(crate) fn too_deep(span: Span) -> Self {
        Self::new(span, format!("this is nested more than {MAX_DEPTH} levels deep"))
    }
}

/// Every error of a tree, in the order of the text.
pub(crate) fn collect(tree: &Tree, _text: &[u8]) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node: Node<'_> = cursor.node();
        if node.is_error() || node.is_missing() {
            errors.push(SyntaxError::new(span_of(node), "syntax error"));
        }
        if node.has_error() && !node.is_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() || errors.len() >= SyntaxError::LIMIT {
                return errors;
            }
        }
    }
}
