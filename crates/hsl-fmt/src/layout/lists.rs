//! What stands between brackets.

use super::Layout;
use crate::elements::{Hug, Place};
use crate::forms::Form;
use crate::tokens::Comment;
use crate::tree::Node;

/// What stands inside of the brackets of a list that fits on one line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Padding {
    None,
    Space,
}

impl<'t> Layout<'t> {
    /// Statements or members in braces, each on its line.
    pub(super) fn block(&mut self, nodes: &[Node]) {
        let [open, items @ .., close] = nodes else { return self.words(nodes) };
        self.closed(*open, *close, items, |layout| layout.statements(items));
    }

    /// A bracket, the items on lines of their own, the comments before the other, the other.
    pub(super) fn closed(
        &mut self,
        open: Node,
        close: Node,
        items: &[Node],
        body: impl FnOnce(&mut Self),
    ) {
        self.token(open);
        let comments = self.closing(close);
        if !items.is_empty() || !comments.is_empty() {
            self.indent(|layout| {
                layout.out.hard(false);
                body(layout);
                if !items.is_empty() && !comments.is_empty() {
                    layout.out.hard(layout.follows_blank(close));
                }
                layout.dangling(comments);
            });
            self.out.hard(false);
        }
        self.bare(close);
    }

    /// The comments before a closing bracket.
    fn closing(&self, close: Node) -> &'t [Comment] {
        self.first_token(close).map_or(&[], |token| self.tree.tokens.leading(token))
    }

    /// Items between brackets with commas: on one line, or one a line.
    pub(super) fn list(&mut self, nodes: &[Node], padding: Padding, broken: bool) {
        let [open, items @ .., close] = nodes else { return self.words(nodes) };
        self.token(*open);
        let comments = self.closing(*close);
        if !items.is_empty() || !comments.is_empty() {
            self.group_broken_if(broken, |layout| {
                layout.indent(|layout| {
                    layout.edge(padding);
                    layout.items(items);
                    if !items.is_empty() && !comments.is_empty() {
                        layout.out.hard(layout.follows_blank(*close));
                    }
                    layout.dangling(comments);
                });
                layout.edge(padding);
            });
        }
        self.bare(*close);
    }

    fn edge(&mut self, padding: Padding) {
        match padding {
            Padding::None => self.out.soft(),
            Padding::Space => self.out.line(),
        }
    }

    fn items(&mut self, items: &[Node]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 && item.form != Form::Comma {
                self.out.line_and(self.follows_blank(*item));
            }
            self.node(*item);
        }
    }

    /// An expression in brackets, on the line or on lines of its own.
    pub(super) fn wrapped(&mut self, open: Node, close: Node, inner: impl FnOnce(&mut Self)) {
        self.token(open);
        self.group(|layout| {
            layout.indent(|layout| {
                layout.out.soft();
                inner(layout);
            });
            layout.out.soft();
        });
        self.token(close);
    }

    /// Arguments of a call.
    pub(super) fn arguments(&mut self, nodes: &[Node]) {
        let [open, items @ .., close] = nodes else { return self.words(nodes) };
        let comments = self.closing(*close);
        if items.is_empty() && comments.is_empty() {
            self.token(*open);
            return self.bare(*close);
        }
        let last = items.last().filter(|_| comments.is_empty());
        let arguments = self.out.arguments(last.map_or(Hug::Never, |last| hug(*last)));
        self.token(*open);
        let mut left = items.iter().filter(|item| item.form != Form::Comma).count();
        for (at, item) in items.iter().enumerate() {
            if item.form != Form::Comma {
                left -= 1;
                self.out.item(arguments, Place { first: at == 0, last: left == 0 });
            }
            self.node(*item);
        }
        match comments {
            [] => {}
            _ if items.is_empty() => {
                self.out.item(arguments, Place { first: true, last: true });
                self.dangling(comments);
            }
            _ => {
                self.out.hard(false);
                self.dangling(comments);
            }
        }
        self.out.end_items();
        self.bare(*close);
        self.out.end_arguments(arguments);
    }
}

/// How a last argument may go on over lines.
fn hug(node: Node) -> Hug {
    match node.form {
        Form::FunctionExpression | Form::Match => Hug::Body,
        Form::Array => Hug::Brackets,
        _ => Hug::Never,
    }
}
