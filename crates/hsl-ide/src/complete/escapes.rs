//! What a pattern may hold: escapes and the beginnings of groups and classes.

use diagnostics::Span;
use hsl_syntax::tree_sitter::Node;

use super::{Completion, CompletionKind};
use crate::View;
use crate::hover::pattern::ESCAPES;
use crate::written_pattern::is_used_as_pattern;

/// Signs that begin one of [`FORMS`].
const OPENERS: [u8; 3] = [b'\\', b'(', b'['];

/// Groups and classes, with what they are.
const FORMS: [(&str, &str); 10] = [
    ("(?:", "a group that is not kept"),
    ("(?<", "a group with a name, which becomes a key of the match"),
    ("(?=", "what follows, not taken"),
    ("(?!", "what does not follow"),
    ("(?<=", "what stands before, not taken"),
    ("(?<!", "what does not stand before"),
    ("(?i)", "upper and lower case are the same from here on"),
    ("[[:alpha:]]", "a letter"),
    ("[[:alnum:]]", "a letter or digit"),
    ("[[:xdigit:]]", "a hexadecimal digit"),
];

/// The part of a pattern that has begun before an offset; none where no pattern is written, or
/// nothing of it has begun.
pub(super) fn begun(
    view: &View,
    tokens: &[Node<'_>],
    string: Node<'_>,
    offset: usize,
) -> Option<Span> {
    let outside: Vec<_> =
        tokens.iter().copied().filter(|t| t.start_byte() < string.start_byte()).collect();
    let is_pattern = match string.kind() {
        "regex" => true,
        "raw_string" => is_used_as_pattern(view, &outside),
        _ => false,
    };
    let text = view.text().get(string.start_byte()..offset).filter(|_| is_pattern)?;
    let at = text.iter().rposition(|byte| OPENERS.contains(byte))?;
    let typed = &text[at..];
    let is_part =
        typed[1..].iter().all(|byte| b"?<:=![".contains(byte) || byte.is_ascii_alphabetic());
    // A backslash that is escaped itself begins nothing.
    let before = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    let is_short = typed[0] != b'\\' || typed.len() <= 2;
    let start = string.start_byte() + at;
    (is_part && is_short && before % 2 == 0).then(|| Span::new(start, offset))
}

/// Everything that may begin in a pattern.
pub(super) fn all(replace: Span) -> Vec<Completion> {
    let escapes =
        ESCAPES.iter().map(|(letter, meaning)| (format!("\\{}", char::from(*letter)), *meaning));
    let forms = FORMS.iter().map(|(form, meaning)| ((*form).to_owned(), *meaning));
    let item = |(label, meaning): (String, &'static str)| {
        Completion::new(label, CompletionKind::Value, replace).detail(meaning).rank(0)
    };
    escapes.chain(forms).map(item).collect()
}
