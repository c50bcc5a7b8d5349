//! Statements of a file that were looked at and have nothing wrong.
//!
//! A parser that is given the tree of an older text takes over the subtrees of what did not change;
//! these are the same objects in memory, and what was found out about them still holds.
//!
//! *Invariants.* The identity of a subtree says something only while the tree that it was taken from
//! is kept: whoever asks must hold that tree.

use std::sync::Arc;

use tree_sitter::{Node, Tree};

use crate::errors::SyntaxError;
use crate::validate::Checked;

/// Identities of subtrees directly below the root, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sound(Arc<[usize]>);

impl Sound {
    /// The sound statements of a tree, by what was found in it.
    pub(crate) fn of(tree: &Tree, found: &Checked) -> Self {
        // Errors that are not reported, or that stand where the operand would, are not known here.
        if found.lacks_operand || found.errors.len() >= SyntaxError::LIMIT {
            return Self::default();
        }
        let root = tree.root_node();
        let mut errors = found.errors.iter().peekable();
        let mut sound = Vec::new();
        for part in root.children(&mut root.walk()) {
            while errors.next_if(|e| (e.span.end as usize) < part.start_byte()).is_some() {}
            let is_told = errors.peek().is_some_and(|e| e.span.start as usize <= part.end_byte());
            sound.extend((is_object(part) && !is_told && !part.has_error()).then(|| part.id()));
        }
        sound.sort_unstable();
        Self(sound.into())
    }

    /// Whether a node directly below the root is known to have nothing wrong.
    pub(crate) fn has(&self, part: Node<'_>) -> bool {
        is_object(part) && self.0.binary_search(&part.id()).is_ok()
    }
}

/// Whether the subtree is an object of its own: leaves may lie inside their parents.
fn is_object(part: Node<'_>) -> bool {
    part.child_count() > 0
}
