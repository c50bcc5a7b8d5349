//! From a place to a message.

use diagnostics::Span;
use tree_sitter::{Node, Tree};

use super::SyntaxError;
use super::brackets::{closer, innermost};
use super::expected::{expected, join};
use super::found::{Found, found};
use super::leaves::Leaves;
use super::locate::{Place, places};
use super::probe::Probe;
use crate::ast::span_of;
use crate::words::is_reserved;

/// The errors that ERROR and MISSING nodes show.
pub(super) fn errors(tree: &Tree, text: &[u8]) -> Vec<SyntaxError> {
    let leaves = Leaves::of(tree);
    let mut places = places(tree, &leaves);
    places.truncate(SyntaxError::LIMIT);
    let mut done = None;
    for place in &mut places {
        if done != Some(place.statement) {
            move_back(place, &leaves, text);
        }
        done = Some(place.statement);
    }
    places.iter().map(|place| describe(place, &leaves, text)).collect()
}

/// A token may look as if it fitted, because states that differ only in what may follow are one
/// state; the first error of a statement is where the parser itself stops.
fn move_back(place: &mut Place<'_>, leaves: &Leaves<'_>, text: &[u8]) {
    let probe = Probe::new(text, place.statement, place.at);
    if let Some(stuck) = probe.stuck() {
        place.at = leaves.next(place.statement + stuck);
        place.missing = None;
    }
}

fn describe(place: &Place<'_>, leaves: &Leaves<'_>, text: &[u8]) -> SyntaxError {
    let found = found(text, place.at);
    if let Some(verdict) = found.verdict {
        return SyntaxError::new(found.span, verdict);
    }
    let before = leaves.before(place.at);
    let open = innermost(before);
    if open.is_none() && ["`)`", "`]`", "`}`"].contains(&found.name.as_str()) {
        return SyntaxError::new(found.span, format!("{} closes nothing", found.name));
    }
    let probe = Probe::new(text, place.statement, place.at);
    let phrases = expected(&probe, place.missing);
    let behind = before.last().map_or(0, |leaf| leaf.end_byte());
    let error = message(&found, &phrases, behind, text);
    let error = label_bracket(error, &phrases, open);
    label_string(error, before.last().copied(), text)
}

fn message(found: &Found, phrases: &[String], behind: usize, text: &[u8]) -> SyntaxError {
    let gap = text.get(behind..found.span.start as usize).unwrap_or_default();
    let wants_end = phrases.iter().any(|p| ["`;`", "`)`", "`]`", "`}`"].contains(&p.as_str()));
    if phrases.is_empty() {
        SyntaxError::new(found.span, format!("unexpected {}", found.name))
    } else if wants_end && gap.contains(&b'\n') {
        // What is missing is missing at the end of the line, not where the next one begins.
        SyntaxError::new(Span::new(behind, behind), format!("expected {}", join(phrases)))
    } else if phrases.iter().any(|p| p == "a name")
        && found.word.as_deref().is_some_and(is_reserved)
    {
        let message = format!("{} is a reserved word and cannot be a name", found.name);
        SyntaxError::new(found.span, message)
    } else {
        SyntaxError::new(found.span, format!("expected {}, found {}", join(phrases), found.name))
    }
}

/// Points at the bracket whose end is among what was expected.
fn label_bracket(error: SyntaxError, phrases: &[String], open: Option<Node<'_>>) -> SyntaxError {
    match open {
        Some(open) if phrases.contains(&format!("`{}`", closer(open))) => {
            error.label(span_of(open), format!("`{}` opened here", open.kind()))
        }
        _ => error,
    }
}

/// Points at the start of a string of several lines that ends right before an error: its end is
/// often the start of the next string.
fn label_string(error: SyntaxError, previous: Option<Node<'_>>, text: &[u8]) -> SyntaxError {
    let string = previous.and_then(|leaf| leaf.parent()).filter(|node| node.kind() == "string");
    match string.map(|node| node.byte_range()) {
        Some(range) if text[range.clone()].contains(&b'\n') => {
            let start = Span::new(range.start, range.start + 1);
            error.label(start, "the string before it began here")
        }
        _ => error,
    }
}
