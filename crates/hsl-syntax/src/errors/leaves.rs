//! The tokens of a tree in the order of the text.

use tree_sitter::{Node, Tree};

use crate::ast::{AstNode, Statement};
use crate::language;

/// Tokens that stand in the text: no comments, nothing that the parser made up, nothing without
/// width. Bytes that are no token are ERROR leaves.
pub(super) struct Leaves<'t> {
    tokens: Vec<Node<'t>>,
    end: usize,
}

/// Around a broken statement of the file, whole statements of so many tokens are taken.
const TOKENS: usize = 64;
/// And of so many bytes.
const BYTES: usize = 8192;

impl<'t> Leaves<'t> {
    /// Tokens of a tree. Of the statements of the file, those that are whole and stand far from all
    /// that are broken are left out: in them every bracket is closed, and no error looks so far.
    pub(super) fn around_errors(tree: &'t Tree) -> Self {
        let root = tree.root_node();
        let parts: Vec<_> = root.children(&mut root.walk()).collect();
        let mut of_parts: Vec<Option<Vec<Node<'t>>>> = vec![None; parts.len()];
        for at in (0..parts.len()).filter(|at| !is_whole(parts[*at])) {
            of_parts[at].get_or_insert_with(|| tokens(parts[at]));
            let (start, end) = (parts[at].start_byte(), parts[at].end_byte());
            let behind = (at + 1..parts.len()).map(|next| (next, parts[next].start_byte() - end));
            take(&parts, &mut of_parts, behind);
            let before = (0..at).rev().map(|last| (last, start - parts[last].end_byte()));
            take(&parts, &mut of_parts, before);
        }
        Self { tokens: of_parts.into_iter().flatten().flatten().collect(), end: root.end_byte() }
    }

    /// Tokens of a whole tree.
    pub(super) fn of(tree: &'t Tree) -> Self {
        let root = tree.root_node();
        Self { tokens: tokens(root), end: root.end_byte() }
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

/// Takes statements, each with its distance, until there is enough of them; behind a broken one it is
/// that one's turn.
fn take<'t>(
    parts: &[Node<'t>],
    of_parts: &mut [Option<Vec<Node<'t>>>],
    way: impl Iterator<Item = (usize, usize)>,
) {
    let mut count = 0;
    for (at, distance) in way {
        if count >= TOKENS && distance > BYTES || !is_whole(parts[at]) {
            return;
        }
        count += of_parts[at].get_or_insert_with(|| tokens(parts[at])).len();
    }
}

/// Whether the grammar has nothing to say against a part of the file.
fn is_whole(part: Node<'_>) -> bool {
    !part.has_error() && (part.is_extra() || Statement::cast(part).is_some())
}

/// Tokens of a node in the order of the text.
fn tokens(node: Node<'_>) -> Vec<Node<'_>> {
    let mut leaves = Vec::new();
    let mut cursor = node.walk();
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
                return leaves;
            }
        }
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
