//! Errors that another one hides.
//!
//! Where something is missing, the parser drops what does not fit and reads on, so that the broken
//! statement and those behind it become one. What is wrong there shows only when the first is
//! mended: so the text is read once more with what each error asks for.
//!
//! *Invariants.* At most [`ROUNDS`] further readings, each of what the repairs touch; offsets are those
//! of the text as it is.

use diagnostics::{Edit, Span};

use tree_sitter::Tree;

use super::{SyntaxError, collect};
use crate::depth::too_deep;
use crate::parse::{input_edit, run};
use crate::sound::Sound;

/// Readings of a mended text. What is found in the first can be mended for the second.
const ROUNDS: usize = 4;
/// Longer texts are read once: where brackets are missing, each of these readings costs as much as the
/// first.
const LONGEST: usize = 256 << 10;
/// What stands for a missing expression.
const EXPRESSION: &str = " 0";

/// Adds the errors that show when what the others ask for is there, given the tree of the text and the
/// statements in which nothing is wrong.
pub(crate) fn add_hidden(errors: &mut Vec<SyntaxError>, text: &[u8], tree: &Tree, sound: &Sound) {
    // Where there are more errors than are reported, none is missed, and readings are dear.
    if text.len() > LONGEST || errors.len() >= SyntaxError::LIMIT {
        return;
    }
    let mut known = 0;
    for _ in 0..ROUNDS {
        let repairs = repairs(errors, text);
        if repairs.len() == known {
            return;
        }
        known = repairs.len();
        let mended = mend(text, &repairs);
        let mut edited = tree.clone();
        // From the last one on, so that the others stand where they stood.
        repairs.iter().rev().for_each(|repair| {
            edited.edit(&input_edit(text, repair.span, repair.text.as_bytes()));
        });
        let tree = run(&mended, Some(&edited));
        if too_deep(&tree).is_some() {
            return;
        }
        let found = collect(&tree, &mended, sound).errors.into_iter();
        let found = found.map(|error| moved(error, &repairs));
        errors.extend(found.filter(|error| is_on_later_line(error, &repairs, text)));
        super::in_order(errors);
    }
}

/// Whether an error stands on a later line than the repair before it, and not at the end of the text:
/// elsewhere it may follow from that one.
fn is_on_later_line(error: &SyntaxError, repairs: &[Edit], text: &[u8]) -> bool {
    let at = error.span.start as usize;
    let before = repairs.iter().rev().find(|repair| repair.span.start as usize <= at);
    let between = before.and_then(|repair| text.get(repair.span.end as usize..at));
    let at_end = text.get(at..).is_none_or(|rest| rest.trim_ascii().is_empty());
    !at_end && between.is_some_and(|between| between.contains(&b'\n'))
}

/// The changes that remove errors, in order and apart from each other.
fn repairs(errors: &[SyntaxError], text: &[u8]) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for repair in errors.iter().filter_map(|error| repair(error, text)) {
        if all.last().is_none_or(|last| last.span.end <= repair.span.start) {
            all.push(repair);
        }
    }
    all
}

fn repair(error: &SyntaxError, text: &[u8]) -> Option<Edit> {
    if let Some(fix) = &error.fix
        && let [edit] = &fix.edits[..]
    {
        return Some(edit.clone());
    }
    let at = error.span.start;
    let lacks = text.get(at as usize) == Some(&b';') && error.message.contains("an expression");
    lacks.then(|| Edit { span: Span { start: at, end: at }, text: EXPRESSION.to_owned() })
}

fn mend(text: &[u8], repairs: &[Edit]) -> Vec<u8> {
    let mut mended = Vec::with_capacity(text.len() + repairs.len());
    let mut from = 0;
    for Edit { span, text: new } in repairs {
        mended.extend_from_slice(&text[from..span.start as usize]);
        mended.extend_from_slice(new.as_bytes());
        from = span.end as usize;
    }
    mended.extend_from_slice(&text[from..]);
    mended
}

/// An error of the mended text with the offsets of the text as it is.
fn moved(mut error: SyntaxError, repairs: &[Edit]) -> SyntaxError {
    let span = |span: Span| Span {
        start: unmended(span.start, repairs),
        end: unmended(span.end, repairs),
    };
    error.span = span(error.span);
    error.labels.iter_mut().for_each(|label| label.span = span(label.span));
    let edits = error.fix.iter_mut().flat_map(|fix| &mut fix.edits);
    edits.for_each(|edit| edit.span = span(edit.span));
    error.swallowed = error.swallowed.map(|end| unmended(end as u32, repairs) as usize);
    error
}

/// The offset in the text as it is of one in the mended text.
fn unmended(at: u32, repairs: &[Edit]) -> u32 {
    // How much longer the mended text is, up to the repair.
    let mut longer = 0_i64;
    for Edit { span, text } in repairs {
        let start = i64::from(span.start) + longer;
        let end = start + text.len() as i64;
        if i64::from(at) <= start {
            break;
        }
        if i64::from(at) < end {
            return span.start;
        }
        longer += text.len() as i64 - i64::from(span.end - span.start);
    }
    (i64::from(at) - longer).max(0) as u32
}
