//! Which bracket is open at a place.

use tree_sitter::Node;

/// The bracket that closes this one.
pub(super) fn closer(open: Node<'_>) -> &'static str {
    match open.kind() {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// The innermost bracket that is open behind these tokens. A closing bracket closes the nearest one
/// of its kind; what was open inside is forgotten.
pub(super) fn innermost<'t>(leaves: &[Node<'t>]) -> Option<Node<'t>> {
    let mut open: Vec<Node<'t>> = Vec::new();
    for leaf in leaves {
        match leaf.kind() {
            "(" | "[" | "{" => open.push(*leaf),
            kind @ (")" | "]" | "}") => {
                if let Some(at) = open.iter().rposition(|node| closer(*node) == kind) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    open.pop()
}
