//! How deep a tree may be.

use tree_sitter::{Node, Tree};

/// Greatest depth of a tree that is handed out.
///
/// Everything behind the parser recurses over the tree; this keeps that within the 2 MiB stack of a
/// thread, in an unoptimised build too. Each bracket, prefix operator, nested statement or further
/// operand of a chain like `a . b . c` is one level.
pub const MAX_DEPTH: usize = 500;

/// The first node that is too deep.
///
/// A node with few nodes below it cannot hold one, so most of a usual text is passed over.
pub(crate) fn too_deep(tree: &Tree) -> Option<Node<'_>> {
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        let below = cursor.node().descendant_count() - 1;
        if depth + below > MAX_DEPTH && cursor.goto_first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return Some(cursor.node());
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
            depth -= 1;
        }
    }
}
