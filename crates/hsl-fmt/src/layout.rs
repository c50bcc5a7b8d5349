//! The tree as a layout: which spaces and line ends stand between tokens.
//!
//! *Invariants.* Every token of a node goes through [`Layout::token`] or [`Layout::closed`] once, so
//! that no comment gets lost; a node of an unknown kind is laid out as words.

mod chains;
mod expressions;
mod lists;
mod statements;

use hsl_syntax::tree_sitter::Node;
use hsl_syntax::{KindName as _, Parse, ast};

use crate::doc::Doc;
use crate::tokens::{Comment, Token, Tokens};

/// The layout of a whole file.
pub(crate) fn file<'t>(source: &'t Parse, tokens: &'t Tokens) -> Doc<'t> {
    let layout = Layout { source, tokens };
    let items = children(source.tree.root_node());
    let body = layout.statements(items.into_iter().filter(|item| item.kind_name() != "shebang"));
    let Some(end) = tokens.end().filter(|end| !end.leading.is_empty()) else { return body };
    let rest = layout.dangling(&end.leading);
    if tokens.is_empty() { rest } else { Doc::concat([body, Doc::hard(end.follows_blank()), rest]) }
}

pub(crate) struct Layout<'t> {
    source: &'t Parse,
    tokens: &'t Tokens,
}

impl<'t> Layout<'t> {
    /// The layout of any node.
    fn node(&self, node: Node<'t>) -> Doc<'t> {
        match node.kind_name() {
            "string" | "raw_string" | "regex" => self.token(node),
            _ if node.child_count() == 0 => self.token(node),
            _ => {
                let nodes = children(node);
                self.statement(node, &nodes)
                    .or_else(|| self.expression(node, &nodes))
                    .unwrap_or_else(|| self.words(nodes))
            }
        }
    }

    /// A token with its comments.
    fn token(&self, node: Node<'t>) -> Doc<'t> {
        let Some(token) = self.find(node) else { return Doc::nothing() };
        if token.leading.is_empty() {
            return self.bare(token);
        }
        Doc::concat([self.comments(&token.leading, token.blank), self.bare(token)])
    }

    fn find(&self, node: Node<'t>) -> Option<&'t Token> {
        let node = first_leaf(node);
        (node.end_byte() > node.start_byte()).then(|| self.tokens.at(node.start_byte()))?
    }

    /// A token and the comments behind it.
    fn bare(&self, token: &'t Token) -> Doc<'t> {
        let text = Doc::text(&self.source.text[token.start..token.end]);
        if token.trailing.is_empty() {
            return text;
        }
        let mut parts = vec![text];
        for comment in &token.trailing {
            let text = self.comment(comment);
            if comment.to_line_end {
                parts.push(Doc::suffix(text));
            } else {
                parts.extend([Doc::space(), Doc::text(text)]);
            }
        }
        Doc::concat(parts)
    }

    /// Comments that lead a token, up to where it begins; `blank` tells whether an empty line goes
    /// before the token itself.
    fn comments(&self, comments: &'t [Comment], blank: bool) -> Doc<'t> {
        let Some(last) = comments.last() else { return Doc::nothing() };
        let after = if last.ends_line { Doc::hard(blank) } else { Doc::space() };
        self.dangling(comments).then(after)
    }

    /// Comments as such.
    fn dangling(&self, comments: &'t [Comment]) -> Doc<'t> {
        let mut parts = Vec::new();
        // Comments before a token on its line are words like any other.
        let own_lines = comments.iter().any(|comment| comment.ends_line);
        for (at, comment) in comments.iter().enumerate() {
            parts.extend(match (at > 0, comment.begins_line && own_lines) {
                (true, true) => Some(Doc::hard(comment.blank)),
                (true, false) => Some(Doc::space()),
                (false, true) => Some(Doc::fresh()),
                (false, false) => None,
            });
            parts.push(Doc::text(self.comment(comment)));
        }
        Doc::concat(parts)
    }

    fn comment(&self, comment: &Comment) -> &'t [u8] {
        &self.source.text[comment.start..comment.end]
    }

    /// Whether an empty line goes before the node and its comments.
    fn follows_blank(&self, node: Node<'t>) -> bool {
        self.find(node).is_some_and(Token::follows_blank)
    }

    /// Whether the author began a line with the node.
    fn on_new_line(&self, node: Node<'t>) -> bool {
        self.find(node).is_some_and(Token::on_new_line)
    }

    /// Children with spaces between them; `;`, `,` and `:` follow what is before them.
    fn words(&self, nodes: impl IntoIterator<Item = Node<'t>>) -> Doc<'t> {
        let mut parts = Vec::new();
        for node in nodes {
            if !parts.is_empty() && !matches!(node.kind_name(), ";" | "," | ":") {
                parts.push(Doc::space());
            }
            parts.push(self.node(node));
        }
        Doc::concat(parts)
    }

    /// Children without anything between them.
    fn joined(&self, nodes: impl IntoIterator<Item = Node<'t>>) -> Doc<'t> {
        Doc::concat(nodes.into_iter().map(|node| self.node(node)))
    }
}

/// Children that are text: neither comments nor tokens without text.
fn children(node: Node<'_>) -> Vec<Node<'_>> {
    ast::children::<Node<'_>>(node).filter(|child| is_text(*child)).collect()
}

fn is_text(node: Node<'_>) -> bool {
    node.end_byte() > node.start_byte() && node.kind_name() != "comment"
}

/// The first token of a node.
fn first_leaf(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while !matches!(node.kind_name(), "string" | "raw_string" | "regex")
        && let Some(first) = first_child(node)
    {
        node = first;
    }
    node
}

fn first_child(node: Node<'_>) -> Option<Node<'_>> {
    let first = node.child(0)?;
    if is_text(first) {
        return Some(first);
    }
    ast::children::<Node<'_>>(node).find(|child| is_text(*child))
}
