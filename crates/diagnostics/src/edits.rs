//! Edits to a text.

use std::collections::BTreeMap;

use crate::{Edit, Fix, Span};

/// The edits of fixes, in the order of the text. A fix is taken wholly or not at all: one that
/// overlaps an earlier one, or leaves a text of `len` bytes, is left out.
pub fn compatible<'f>(len: usize, fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<Edit> {
    let (edits, _) = take(len, fixes);
    edits.into_iter().cloned().collect()
}

/// Applies fixes to a text as [`compatible`] says. Gives the new text and how many were applied.
pub fn apply<'f>(text: &[u8], fixes: impl IntoIterator<Item = &'f Fix>) -> (Vec<u8>, usize) {
    let (edits, applied) = take(text.len(), fixes);
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    for edit in edits {
        out.extend_from_slice(&text[at..edit.span.start as usize]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end as usize;
    }
    out.extend_from_slice(&text[at..]);
    (out, applied)
}

fn take<'f>(len: usize, fixes: impl IntoIterator<Item = &'f Fix>) -> (Vec<&'f Edit>, usize) {
    let mut taken: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut applied = 0;
    for fix in fixes {
        let fits = |edit: &Edit| {
            let near = taken.range(..=Span { start: edit.span.end, end: u32::MAX }).rev().take(2);
            edit.span.start <= edit.span.end
                && edit.span.end as usize <= len
                && near.into_iter().all(|(_, other)| !collide(edit, other))
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span, edit)));
            applied += 1;
        }
    }
    (taken.into_values().collect(), applied)
}

/// Whether two edits share a byte, or insert at the same place.
fn collide(a: &Edit, b: &Edit) -> bool {
    let inside = a.span.start < b.span.end && b.span.start < a.span.end;
    inside || a.span.start == b.span.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            span: Span::new(*start, *end),
            text: (*text).to_owned(),
        };
        Fix { title: String::new(), edits: edits.iter().map(edit).collect(), safe: true }
    }

    #[test]
    fn fixes_are_applied_wholly_or_not() {
        let fixes = [fix(&[(0, 1, "x"), (4, 4, "!")]), fix(&[(2, 3, "y"), (0, 1, "z")])];
        assert_eq!(apply(b"abcd", &fixes), (b"xbcd!".to_vec(), 1));
    }

    #[test]
    fn what_leaves_the_text_is_left_out() {
        assert_eq!(apply(b"ab", &[fix(&[(1, 9, "")])]), (b"ab".to_vec(), 0));
    }
}
