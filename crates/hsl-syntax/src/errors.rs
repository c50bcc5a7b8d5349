//! Syntax errors: where the text leaves the grammar, and what would have been right there.
//!
//! The tree says that something is wrong, with ERROR nodes around what did not fit and MISSING nodes
//! for what was made up. The offending token is the first one that its own parse state cannot take;
//! what was expected follows from the look-ahead set of the state behind the token before it and
//! from the brackets that are open there.
//!
//! *Invariants.* The time is linear in the text, and each error costs a bounded number of
//! parses of at most 16 KiB of its statement. Two errors never stand at one place. What stands
//! behind very many errors is not looked at, and an error says so.
//!
//! *Not here.* Rules that a tree without ERROR can break (`validate`).

mod brackets;
mod describe;
mod excerpt;
mod expected;
mod found;
#[cfg(test)]
mod growth;
mod habits;
mod leaves;
mod locate;
mod mend;
mod probe;

use diagnostics::{Edit, Fix, Span};
pub(crate) use mend::add_hidden;
use tree_sitter::{Node, Tree};

use crate::depth::MAX_DEPTH;
use crate::sound::Sound;
use crate::validate::{Checked, validate};

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
    /// What to do, when the message alone does not say it.
    pub help: Option<String>,
    /// A change that removes the error.
    pub fix: Option<Fix>,
    /// Where the literal ends whose own end is missing: what stands there follows from that.
    pub(crate) swallowed: Option<usize>,
}

impl SyntaxError {
    /// More errors of one file are not reported.
    pub const LIMIT: usize = 50;

    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
            swallowed: None,
        }
    }

    pub(crate) fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the replacement of a piece of the text.
    pub(crate) fn fix(mut self, span: Span, text: &str) -> Self {
        let title = match (text, span.start == span.end) {
            ("", _) => "Remove it".to_owned(),
            (text, true) => format!("Insert `{text}`"),
            (text, false) => format!("Change to `{text}`"),
        };
        let edits = vec![Edit { span, text: text.to_owned() }];
        self.fix = Some(Fix { title, edits, safe: false });
        self
    }

    /// An error about a literal without end, from `start` to `end`; the first line of it is shown.
    pub(crate) fn unclosed(text: &[u8], start: usize, end: usize, message: String) -> Self {
        let line = memchr::memchr(b'\n', &text[start..end]).map_or(end, |length| start + length);
        Self { swallowed: Some(end), ..Self::new(Span::new(start, line), message) }
    }

    pub(crate) fn too_deep(span: Span) -> Self {
        Self::new(span, format!("this is nested more than {MAX_DEPTH} levels deep"))
    }

    /// Ends a list of errors where the text was not looked at any further: what seems wrong from
    /// there on may only follow from that.
    pub(crate) fn end_at(errors: &mut Vec<Self>, rest: usize) {
        errors.retain(|error| (error.span.start as usize) < rest);
        let message = "too many errors before this; the rest of the file is not checked";
        errors.push(Self::new(Span::new(rest, rest), message));
    }
}

/// The rest of a text with too many errors, which was not looked at.
pub(crate) fn unread(tree: &Tree) -> Option<Node<'_>> {
    let root = tree.root_node();
    let end = root.end_byte();
    let last = root.descendant_for_byte_range(end.checked_sub(1)?, end)?;
    (last.kind() == "unread").then_some(last)
}

/// Every error of a tree, in the order of the text. Statements of `sound` have none.
pub(crate) fn collect(tree: &Tree, text: &[u8], sound: &Sound) -> Checked {
    let Checked { mut errors, lacks_operand } = validate(tree.root_node(), text, sound);
    // What is wrong right behind a literal without end, or inside it, would only repeat that.
    let lost = errors.iter().filter_map(|e| Some((e.span.start as usize, e.swallowed?)));
    let lost: Vec<_> = lost.collect();
    if tree.root_node().has_error() || lacks_operand {
        let told = |at: usize| lost.iter().any(|(start, end)| (*start..=*end).contains(&at));
        let found = describe::errors(tree, text, lacks_operand).into_iter();
        errors.extend(found.filter(|error| !told(error.span.start as usize)));
    }
    in_order(&mut errors);
    Checked { errors, lacks_operand }
}

/// Sorts errors; one for each place, and not too many.
fn in_order(errors: &mut Vec<SyntaxError>) {
    errors.sort_by_key(|error| error.span.start);
    errors.dedup_by_key(|error| error.span.start);
    errors.truncate(SyntaxError::LIMIT);
}
