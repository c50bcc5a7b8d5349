//! Edits to a text.

use crate::{Edit, Fix};

/// Applies fixes to a text, in their order, each wholly or not at all: one that overlaps an earlier
/// one, or leaves the text, is left out. Gives the new text and how many were applied.
pub fn apply<'f>(text: &[u8], fixes: impl IntoIterator<Item = &'f Fix>) -> (Vec<u8>, usize) {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes {
        let fits = |edit: &Edit| {
            edit.span.start <= edit.span.end
                && edit.span.end as usize <= text.len()
                && taken.iter().all(|other| !collide(edit, other))
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            taken.extend(&fix.edits);
            applied += 1;
        }
    }
    taken.sort_by_key(|edit| edit.span);
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    for edit in taken {
        out.extend_from_slice(&text[at..edit.span.start as usize]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end as usize;
    }
    out.extend_from_slice(&text[at..]);
    (out, applied)
}

/// Whether two edits share a byte, or insert at the same place.
fn collide(a: &Edit, b: &Edit) -> bool {
    let inside = a.span.start < b.span.end && b.span.start < a.span.end;
    inside || a.span.start == b.span.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

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
