//! Templates behind a value at the start of a statement: `$x.if` becomes `if ($x) { … }`.

use diagnostics::{Edit, Span};
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::{Completion, CompletionKind};
use crate::View;
use crate::tokens::{before, expression_ending_at};

/// A template: its word, and what it becomes around the value.
const TEMPLATES: [(&str, &str, &str); 3] = [
    ("if", "if (", ") {\n\t$0\n}"),
    ("foreach", "foreach (", " as $${1:value}) {\n\t$0\n}"),
    ("none", "if (", " === none) {\n\t$0\n}"),
];

/// The templates for the value before the cursor; none where joining texts is meant.
pub(super) fn templates(view: &View, offset: usize) -> Vec<Completion> {
    let tokens = before(&view.parse, offset);
    let Some((value, word)) = value_before(view, &tokens, offset) else { return Vec::new() };
    let span = value.span();
    let Some(text) = view.text().get(span.range(view.text().len())) else { return Vec::new() };
    let text = String::from_utf8_lossy(text);
    let gone = Edit { span: Span { start: span.start, end: word.start }, text: String::new() };
    let item = |(name, open, close): (&str, &str, &str)| {
        let plain = close.replace("${1:", "").replace("value}", "value").replace("$0", "");
        let shown = format!("{open}{text}{plain}");
        let detail = shown.replace("\n\t\n", " … ");
        let mut item = Completion::new(name, CompletionKind::Keyword, word).detail(detail).rank(0);
        item.insert = shown;
        let escaped = text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
        let close = close.replacen("$$", "\\$$", 1);
        item.snippet = Some(format!("{open}{escaped}{close}"));
        item.extra.push(gone.clone());
        item
    };
    TEMPLATES.into_iter().map(item).collect()
}

/// The value that a statement begins with and a point ends, and the word behind the point.
fn value_before<'v>(
    view: &View,
    tokens: &[Node<'v>],
    offset: usize,
) -> Option<(Expression<'v>, Span)> {
    let (rest, word) = match tokens.split_last()? {
        (last, rest) if last.kind() == "identifier" && last.end_byte() >= offset => {
            (rest, Span::new(last.start_byte(), last.end_byte()))
        }
        _ => (tokens, Span::new(offset, offset)),
    };
    let (point, rest) = rest.split_last().filter(|(point, _)| point.kind() == ".")?;
    let value = expression_ending_at(*rest.last()?)?;
    let span = value.span();
    let glued = span.end as usize == point.start_byte() && point.end_byte() == word.start as usize;
    let outside = rest.iter().rev().find(|token| token.start_byte() < span.start as usize);
    let begins = outside.is_none_or(|token| matches!(token.kind(), ";" | "{" | "}"));
    let one_line = !view.text().get(span.range(view.text().len()))?.contains(&b'\n');
    (glued && begins && one_line).then_some((value, word))
}
