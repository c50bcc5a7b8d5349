//! The tokens of a tree in the order of the text.

use tree_sitter::{Node, Tree};

use crate::language;

/// Tokens that stand in the text: no comments, nothing that the parser made up, nothing without
/// width. Bytes that are no token are ERROR leaves.
pub(super) struct Leaves<'t> {
    tokens: Vec<Node<'t>>,
    end: usize,
}

impl<'t> Leaves<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        let mut leaves = Vec::new();
        let mut cursor = tree.walk();
        loop {
            if cursor.goto_first_child() {
                continue;
            }
            let node = cursor.node();
            if !node.is_extra() || node.is_error() {
                leaves.extend(
                    (!node.is_missing() && node.end_byte() > node.start_byte()).then_some(node),
                );
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Self { tokens: leaves, end: tree.root_node().end_byte() };
                }
            }
        }
    }

    /// Tokens that begin at or behind an offset.
    pub(super) fn from(&self, offset: usize) -> &[Node<'t>] {
        &self.tokens[self.tokens.partition_point(|leaf| leaf.start_byte() < offset)..]
    }

    /// Tokens that begin before an offset.
    pub(super) fn before(&self, offset: usize) -> &[Node<'t>] {
        &self.tokens[..self.tokens.partition_point(|leaf| leaf.start_byte() < offset)]
    }

    /// The start of the first token at or behind an offset, or the end of the text.
    pub(super) fn next(&self, offset: usize) -> usize {
        self.from(offset).first().map_or(self.end, |leaf| leaf.start_byte())
    }
}

/// Whether the parser could take the token in the state in which it read it.
pub(super) fn fits(leaf: Node<'_>) -> bool {
    let state = leaf.parse_state();
    if leaf.is_error() || state == 0 {
        return false;
    }
    language()
        .lookahead_iterator(state)
        .is_some_and(|mut set| set.any(|id| id == leaf.grammar_id()))
}
