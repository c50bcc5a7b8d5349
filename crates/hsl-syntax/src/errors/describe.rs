//! From a place to a message.

use diagnostics::Span;
use tree_sitter::{Node, Tree};

use super::SyntaxError;
use super::brackets::{closer, innermost};
use super::expected::{expected, join};
use super::found::{Found, found};
use super::habits::{Site, habit};
use super::leaves::Leaves;
use super::locate::{Place, places};
use super::probe::Probe;
use crate::ast::span_of;
use crate::words::is_reserved;

/// The errors that ERROR and MISSING nodes show, and missing operands if there are any.
pub(super) fn errors(tree: &Tree, text: &[u8], lacks_operand: bool) -> Vec<SyntaxError> {
    // Where an operand is missing, no node says that it is broken.
    let leaves = if lacks_operand { Leaves::of(tree) } else { Leaves::around_errors(tree) };
    let mut places = places(tree, &leaves, lacks_operand);
    places.truncate(SyntaxError::LIMIT);
    let mut floor = None;
    let mut errors = Vec::new();
    for place in &mut places {
        move_back(place, floor, tree, &leaves, text);
        if floor.is_none_or(|floor| floor < place.at) {
            errors.extend(describe(place, floor, tree, &leaves, text));
            floor = Some(place.at);
        }
    }
    errors
}

/// A token may look as if it fitted, because states that differ only in what may follow are one
/// state; the error is where the parser itself stops.
fn move_back(
    place: &mut Place<'_>,
    floor: Option<usize>,
    tree: &Tree,
    leaves: &Leaves<'_>,
    text: &[u8],
) {
    let stuck = Probe::new(tree, text, place.at, floor).stuck().map(|stuck| leaves.next(stuck));
    // Before the error before this one, it is stuck for a reason that was told.
    if let Some(at) = stuck.filter(|at| floor.is_none_or(|floor| floor < *at)) {
        place.at = at;
        place.missing = None;
    }
}

/// None for what only follows from the error before it.
fn describe(
    place: &Place<'_>,
    floor: Option<usize>,
    tree: &Tree,
    leaves: &Leaves<'_>,
    text: &[u8],
) -> Option<SyntaxError> {
    let found = found(text, place.at);
    if let Some(verdict) = found.verdict {
        return Some(verdict.error(found.span));
    }
    let before = leaves.before(place.at);
    let open = innermost(before);
    if open.is_none() && ["`)`", "`]`", "`}`"].contains(&found.name.as_str()) {
        return Some(SyntaxError::new(found.span, format!("{} closes nothing", found.name)));
    }
    let probe = Probe::new(tree, text, place.at, floor);
    let mut phrases = expected(&probe, place.missing, open.map_or("", |open| open.kind()));
    if let Some(open) = open.filter(|_| phrases.is_empty() && place.at >= text.len()) {
        phrases.push(format!("`{}`", closer(open)));
    }
    if floor.is_some() && follows(&probe, &phrases, &found, open) {
        return None;
    }
    let site = Site { tree, text, before, found: &found, phrases: &phrases, floor };
    if let Some(error) = habit(&site) {
        return Some(error);
    }
    let behind = before.last().map_or(0, |leaf| leaf.end_byte());
    let error = message(&found, &phrases, behind, text);
    let error = offer(error, &site, &probe, leaves);
    let error = label_bracket(error, &phrases, open);
    Some(label_string(error, before.last().copied(), text))
}

/// Whether an error only follows from the one before it: the parser does not know where it is, or a
/// bracket whose opening was skipped is closed.
fn follows(probe: &Probe, phrases: &[String], found: &Found, open: Option<Node<'_>>) -> bool {
    let closes = open.is_some_and(|open| found.name == format!("`{}`", closer(open)));
    probe.asks() && phrases.is_empty() || closes && *phrases == ["a statement"]
}

fn message(found: &Found, phrases: &[String], behind: usize, text: &[u8]) -> SyntaxError {
    let gap = text.get(behind..found.span.start as usize).unwrap_or_default();
    let wants_end =
        phrases.iter().any(|p| ["`;`", "`)`", "`]`", "`}`", "`:`"].contains(&p.as_str()));
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

/// Offers the one mark that would fit, behind what stands before the error or in place of it,
/// whichever the parser can go on from.
fn offer(
    error: SyntaxError,
    site: &Site<'_, '_>,
    probe: &Probe,
    leaves: &Leaves<'_>,
) -> SyntaxError {
    const MARKS: &[&str] = &[";", ":", ",", ")", "]", "=>"];
    let [phrase] = site.phrases else { return error };
    let Some(mark) = MARKS.iter().find(|mark| phrase.trim_matches('`') == **mark) else {
        return error;
    };
    let token = |leaf: &Node<'_>| match leaf.kind() {
        "\"" => "\"\"".to_owned(),
        _ => String::from_utf8_lossy(&site.text[leaf.byte_range()]).into_owned(),
    };
    let mut next = leaves.from(site.found.span.start as usize).iter();
    let (found, behind) = (next.next(), next.next());
    let goes_on = |leaf: Option<&Node<'_>>| match leaf {
        None => true,
        Some(leaf) => !leaf.is_error() && probe.accepts(&format!("{mark} {}", token(leaf))),
    };
    let end = site.before.last().map_or(0, |leaf| leaf.end_byte());
    if goes_on(found) {
        error.fix(Span::new(end, end), mark)
    } else if goes_on(behind) && site.found.word.is_none() {
        error.fix(site.found.span, mark)
    } else {
        error
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
