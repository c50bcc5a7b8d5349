//! What stands between brackets.

use hsl_syntax::KindName as _;
use hsl_syntax::tree_sitter::Node;

use super::Layout;
use crate::doc::{Doc, Hug};

/// What stands inside of the brackets of a list that fits on one line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Padding {
    None,
    Space,
}

impl<'t> Layout<'t> {
    /// Statements or members in braces, each on its line.
    pub(super) fn block(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [open, items @ .., close] = nodes else { return self.words(nodes.iter().copied()) };
        let body = self.statements(items.iter().copied());
        self.closed(*open, body, !items.is_empty(), *close)
    }

    /// A bracket, what is in it on lines of its own, the comments before the other, the other.
    pub(super) fn closed(
        &self,
        open: Node<'t>,
        body: Doc<'t>,
        filled: bool,
        close: Node<'t>,
    ) -> Doc<'t> {
        let (comments, blank, close) = self.closing(close);
        let open = self.token(open);
        let inner = match (filled, comments) {
            (false, None) => return open.then(close),
            (true, None) => body,
            (false, Some(comments)) => comments,
            (true, Some(comments)) => Doc::concat([body, Doc::hard(blank), comments]),
        };
        Doc::concat([open, Doc::hard(false).then(inner).indent(), Doc::hard(false), close])
    }

    /// The comments before a closing bracket, whether an empty line goes before them, the bracket.
    fn closing(&self, close: Node<'t>) -> (Option<Doc<'t>>, bool, Doc<'t>) {
        let Some(token) = self.find(close) else { return (None, false, Doc::nothing()) };
        let comments = (!token.leading.is_empty()).then(|| self.dangling(&token.leading));
        (comments, token.follows_blank(), self.bare(token))
    }

    /// Items between brackets with commas: on one line, or one a line.
    pub(super) fn list(&self, nodes: &[Node<'t>], padding: Padding, broken: bool) -> Doc<'t> {
        let [open, items @ .., close] = nodes else { return self.words(nodes.iter().copied()) };
        let (comments, blank, close) = self.closing(*close);
        let open = self.token(*open);
        if items.is_empty() && comments.is_none() {
            return open.then(close);
        }
        let edge = if padding == Padding::Space { Doc::line } else { Doc::soft };
        let mut inner = vec![edge()];
        for (at, item) in items.iter().enumerate() {
            if at > 0 && item.kind_name() != "," {
                inner.push(Doc::line_and(self.follows_blank(*item)));
            }
            inner.push(self.node(*item));
        }
        if let Some(comments) = comments {
            inner.extend((!items.is_empty()).then(|| Doc::hard(blank)));
            inner.push(comments);
        }
        let body = Doc::concat(inner).indent().then(edge());
        Doc::concat([open, body.group().broken_if(broken), close])
    }

    /// An expression in brackets, on the line or on lines of its own.
    pub(super) fn wrapped(&self, open: Node<'t>, inner: Doc<'t>, close: Node<'t>) -> Doc<'t> {
        let body = Doc::soft().then(inner).indent().then(Doc::soft());
        Doc::concat([self.token(open), body.group(), self.token(close)])
    }

    /// Arguments of a call.
    pub(super) fn arguments(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [open, items @ .., close] = nodes else { return self.words(nodes.iter().copied()) };
        let (comments, _, close) = self.closing(*close);
        let mut docs: Vec<Doc<'t>> = Vec::new();
        for item in items {
            match (item.kind_name(), docs.pop()) {
                (",", Some(before)) => docs.push(before.then(self.node(*item))),
                (_, before) => {
                    docs.extend(before);
                    docs.push(self.node(*item));
                }
            }
        }
        let last = items.last().filter(|_| comments.is_none());
        let hugs = last.map_or(Hug::Never, |last| hug(*last));
        let (open, none) = (self.token(*open), docs.is_empty() && comments.is_none());
        if let Some(comments) = comments {
            let before = docs.pop().map(|last| last.then(Doc::hard(false)));
            docs.push(before.unwrap_or_else(Doc::nothing).then(comments));
        }
        if none { open.then(close) } else { Doc::arguments(open, docs, close, hugs) }
    }
}

/// How a last argument may go on over lines.
fn hug(node: Node<'_>) -> Hug {
    match node.kind_name() {
        "function_expression" | "match_expression" => Hug::Body,
        "array_literal" => Hug::Brackets,
        _ => Hug::Never,
    }
}
