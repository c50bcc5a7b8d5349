//! Pages about words of the mail standards in texts and numbers.

use diagnostics::Span;
use hsl_decl::terms::{self, TermKind, header_field, reply, status};
use hsl_syntax::ast::{AstNode, Expression, Number, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::terms::term_behind;
use crate::tokens::before;
use crate::{View, docs};

/// The page about the word at an offset, when the value around it is one.
pub(super) fn page(view: &View, node: Node<'_>, offset: usize) -> Option<(String, Span)> {
    let value = std::iter::successors(Some(node), |node| node.parent())
        .take(3)
        .find(|node| matches!(node.kind(), "string" | "number" | "array_literal"))?;
    let tokens = before(&view.parse, value.start_byte());
    match (term_behind(view, &tokens)?, value.kind()) {
        (TermKind::HeaderField, "string") => {
            let name = view.text().get(value.start_byte() + 1..value.end_byte() - 1)?;
            let term = header_field(std::str::from_utf8(name).ok()?)?;
            Some((docs::term(term), span_of(value)))
        }
        (TermKind::DateFormat, "string") => directive(view, offset),
        (TermKind::Reply, "number") => {
            let code = Number::cast(value)?.value(view.text());
            Some((docs::term(reply(code as u16)?), span_of(value)))
        }
        (TermKind::Status, "number") => {
            let list = std::iter::successors(Some(value), |node| node.parent());
            enhanced(view, list.take(3).find(|node| node.kind() == "array_literal")?)
        }
        (TermKind::Status, "array_literal") => enhanced(view, value),
        _ => None,
    }
}

/// The directive that an offset lies in.
fn directive(view: &View, offset: usize) -> Option<(String, Span)> {
    let text = view.text();
    let start =
        [offset, offset.checked_sub(1)?].into_iter().find(|at| text.get(*at) == Some(&b'%'))?;
    let term = terms::directive(*text.get(start + 1)?)?;
    let example = match term.more {
        "" => String::new(),
        more => format!("\nFor example `{more}`.\n"),
    };
    let page = format!("**{}** {}\n{example}\n*{}*\n", term.name, term.meaning, term.source);
    Some((page, Span::new(start, start + 2)))
}

fn enhanced(view: &View, list: Node<'_>) -> Option<(String, Span)> {
    let mut cursor = list.walk();
    let numbers = list.named_children(&mut cursor).filter_map(|element| {
        let value = element.child_by_field_name("value").unwrap_or(element);
        match Expression::cast(value)? {
            Expression::Number(number) => Some(number.value(view.text()) as u16),
            _ => None,
        }
    });
    let [class, subject, detail] = numbers.collect::<Vec<_>>()[..] else { return None };
    let [kind, meaning] = status(class, subject, detail);
    let (kind, meaning) = (kind?, meaning?);
    let more = [meaning.more, kind.more].join(" ");
    let page = format!(
        "**{class}.{subject}.{detail}** {} {}\n\n{}\n\n*{}*\n",
        kind.meaning,
        meaning.meaning,
        more.trim(),
        meaning.source
    );
    Some((page, span_of(list)))
}
