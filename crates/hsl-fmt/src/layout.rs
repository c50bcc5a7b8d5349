//! The tree as a layout: which spaces and line ends stand between tokens.
//!
//! *Invariants.* Every token of a node goes through [`Layout::token`] or [`Layout::closed`] once, so
//! that no comment gets lost; a node of an unknown kind is laid out as words.

mod chains;
mod expressions;
mod lists;
mod statements;

use crate::elements::{Element, Elements};
use crate::forms::Form;
use crate::tokens::{Comment, Token};
use crate::tree::{Node, Tree};

/// Elements for each token of a usual text, rounded up.
const PER_TOKEN: usize = 4;

/// The layout of a whole file.
pub(crate) fn file<'t>(tree: &'t Tree<'t>) -> Vec<Element<'t>> {
    let room = tree.tokens.count() as usize * PER_TOKEN;
    let mut layout = Layout { tree, out: Elements::with_capacity(room) };
    layout.statements(tree.parts());
    if let Some(end) = tree.tokens.end()
        && let comments @ [_, ..] = tree.tokens.leading(end)
    {
        if !tree.parts().is_empty() {
            layout.out.hard(tree.tokens.follows_blank(end));
        }
        layout.dangling(comments);
    }
    layout.out.into_vec()
}

pub(crate) struct Layout<'t> {
    tree: &'t Tree<'t>,
    out: Elements<'t>,
}

impl<'t> Layout<'t> {
    /// The layout of any node.
    fn node(&mut self, node: Node) {
        let parts = self.tree.children(node);
        if parts.is_empty() {
            self.token(node);
        } else if !self.statement(node, parts) && !self.expression(node, parts) {
            self.words(parts);
        }
    }

    /// A token with its comments.
    fn token(&mut self, node: Node) {
        let Some(token) = self.first_token(node) else { return };
        self.leading(token);
        self.bare(node);
    }

    fn first_token(&self, node: Node) -> Option<&'t Token> {
        self.tree.tokens.get(node.token)
    }

    /// A token and the comments behind it.
    fn bare(&mut self, node: Node) {
        let tokens = &self.tree.tokens;
        let Some(token) = tokens.get(node.token) else { return };
        self.out.text(tokens.token_text(token));
        for comment in tokens.trailing(node.token) {
            let text = tokens.comment_text(comment);
            if comment.to_line_end {
                self.out.suffix(text);
            } else {
                self.out.space();
                self.out.text(text);
            }
        }
    }

    /// Comments that lead a token, up to where it begins.
    fn leading(&mut self, token: &Token) {
        let comments = self.tree.tokens.leading(token);
        let Some(last) = comments.last() else { return };
        self.dangling(comments);
        if last.ends_line {
            self.out.hard(token.blank);
        } else {
            self.out.space();
        }
    }

    /// Comments as such.
    fn dangling(&mut self, comments: &[Comment]) {
        // Comments before a token on its line are words like any other.
        let own_lines = comments.iter().any(|comment| comment.ends_line);
        for (at, comment) in comments.iter().enumerate() {
            match (at > 0, comment.begins_line && own_lines) {
                (true, true) => self.out.hard(comment.blank),
                (true, false) => self.out.space(),
                (false, true) => self.out.fresh(),
                (false, false) => {}
            }
            self.out.text(self.tree.tokens.comment_text(comment));
        }
    }

    /// Whether an empty line goes before the node and its comments.
    fn follows_blank(&self, node: Node) -> bool {
        self.first_token(node).is_some_and(|token| self.tree.tokens.follows_blank(token))
    }

    /// Whether the author began a line with the node.
    fn on_new_line(&self, node: Node) -> bool {
        self.first_token(node).is_some_and(|token| self.tree.tokens.on_new_line(token))
    }

    /// Nodes with spaces between them; `;`, `,` and `:` follow what is before them.
    fn words(&mut self, nodes: &[Node]) {
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 && !matches!(node.form, Form::Semicolon | Form::Comma | Form::Colon) {
                self.out.space();
            }
            self.node(*node);
        }
    }

    /// Nodes without anything between them.
    fn joined(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(*node);
        }
    }

    /// What is written, one step further in.
    fn indent(&mut self, inner: impl FnOnce(&mut Self)) {
        self.out.indent();
        inner(self);
        self.out.dedent();
    }

    /// What is written, whose lines all end where they may, or none.
    fn group(&mut self, inner: impl FnOnce(&mut Self)) {
        self.group_broken_if(false, inner);
    }

    /// A group that may have to have all its line ends.
    fn group_broken_if(&mut self, broken: bool, inner: impl FnOnce(&mut Self)) {
        let group = self.out.group(broken);
        inner(self);
        self.out.end_group(group);
    }
}
